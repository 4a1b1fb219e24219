import MammoTrain
import ArgumentParser
import MammoCompute
import MammoData
import MammoImage
import MammoNet

struct InferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "infer",
        abstract: "Predict a probability of cancer for each breast, from PNGs or from DICOM files.",
        discussion: """
            EXAMPLES
              mammo infer --weights best.safetensors --png-dir png --csv test.csv --out submission.csv
              mammo infer --weights best.safetensors --dicom-dir test_images --csv test.csv --out submission.csv --tta hflip --threshold 0.35
              mammo infer --weights best.safetensors --png-dir png --csv test.csv --out submission.csv --device cuda:0,1 --amp fp16
              mammo infer --weights a.safetensors --weights b.safetensors --png-dir png --csv test.csv --out submission.csv --per-image images.csv --resume

            --out gets prediction_id,cancer: one row a breast in the table's order, the images' probabilities put
            together by --aggregate, then compared with --threshold where one is given. Where the table has no
            prediction_id it is made of patient_id and laterality. DICOM files are preprocessed in memory with the
            parameters that the weights record: the logits are those of the PNGs to the bit. An image that cannot be
            read is named, and its breast predicted from its other images, or as --missing where there is none: the
            file is always complete.

            The per-image file gets patient_id,image_id,prediction_id,logit,probability as soon as an image is done. A
            run that was killed or interrupted resumes from it when the same command is given again (with a file named by
            --per-image: with --resume). The logit is the mean over flips and weights.
            With several cards there is one queue of images; lines and logits do not depend on how many there are, if
            all are of one kind.
            --json prints {"breasts", "done_before", "failed", "images", "missing", "out", "out_of_time",
            "predicted", "seconds"}.
            """)

    @OptionGroup var model: ModelOptions

    @OptionGroup var sources: ImageSourceOptions

    @Option(help: ArgumentHelp("The table with the images to predict.", valueName: "file"))
    var csv: String

    @Option(help: ArgumentHelp("The submission to write.", valueName: "file"))
    var out: String

    @Option(help: "How the probabilities of a breast's images become one.")
    var aggregate = Aggregate.mean

    @Option(help: ArgumentHelp("Write 1.0 where the probability is greater, else 0.0.", valueName: "t"))
    var threshold: Double?

    @Option(
        help: ArgumentHelp(
            "The probability of a breast without a readable image; by default the rate of RSNA's breasts.",
            valueName: "value"))
    var missing = 0.02065

    @Option(
        help: ArgumentHelp(
            "Where each image's logit is written as soon as it is known; SUBMISSION.images.csv beside --out by default.",
            valueName: "file"))
    var perImage: String?

    @Flag(help: "Resume from the per-image file.")
    var resume = false

    @Flag(help: "Begin --per-image anew; take PNGs made with other parameters than the weights'.")
    var force = false

    @Option(
        help: ArgumentHelp(
            """
            End within this time, as 9h, 90m or 1h30m, with a complete submission: breasts whose images were not \
            reached are written as --missing says. Whether it will come to that is said early.
            """, valueName: "time"))
    var limitTime: Duration?

    @Option(
        help: ArgumentHelp(
            "Write the image with Grad-CAM of the last stage over it, by the first weights, to this folder.",
            valueName: "folder"))
    var heatmap: String?

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        if resume && force { throw ValidationError("--resume goes on and --force begins anew; give one of them.") }
        if let threshold, !(0...1).contains(threshold) {
            throw ValidationError("--threshold is \(threshold), expected 0 to 1.")
        }
        guard (0...1).contains(missing) else { throw ValidationError("--missing is \(missing), expected 0 to 1.") }
    }

    private var opening: PerImageFile.Opening {
        force ? .forced : resume ? .resumed : perImage == nil ? .automatic : .new
    }

    func run() throws {
        let begun = ContinuousClock.now
        try Console.run("infer") {
            try Files.checkWritable(out)
            let table = try ImageTable(path: csv, need: .predictions)
            let models = try model.load()
            let parameters = try sources.parameters(recordedBy: models)
            let source = try sources.source(parameters, force: force)
            let log = try PerImageFile(
                path: perImage ?? PerImageFile.path(beside: out),
                origin: PerImageFile.Origin(
                    weights: models.map(\.digest), flips: model.tta.rawValue,
                    preprocessing: parameters?.description ?? "as found",
                    precision: model.amp == .off ? nil : model.amp.rawValue),
                table: table, opening: opening)
            if opening == .automatic && !log.earlier.isEmpty && !quiet {
                Console.error(
                    "mammo infer: resuming with the \(log.earlier.count) images of \(log.path); --force begins anew")
            }
            let batch = InferenceBatch(
                source: source, predictors: TrainedModel.predictors(models, augmentation: model.tta),
                batchSize: model.batchSize(for: parameters), readers: sources.readers)
            if let heatmap { try Files.makeFolder(heatmap) }
            var run = InferRun(
                table: table, batch: batch, log: log, heatmaps: heatmap,
                limit: limitTime.map { TimeLimit($0, since: begun) })
            try run.start(style: .suited(quiet: quiet))
            if run.wasInterrupted { throw run.exitCode }
            let submission = Submission(
                table: table, predictions: run.predictions, aggregate: aggregate, threshold: threshold, rate: missing)
            try run.report(submission, to: out, json: json)
            throw run.exitCode
        }
    }
}
