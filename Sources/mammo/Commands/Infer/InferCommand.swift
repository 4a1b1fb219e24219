import ArgumentParser
import MammoBase
import MammoCompute
import MammoData
import MammoImage
import MammoNet
import MammoTrain

struct InferCommand: ParsableCommand {
    /// The rate of cancer among RSNA's breasts.
    private static let baseRate = 0.02065

    static let configuration = CommandConfiguration(
        commandName: "infer",
        abstract: "Predict breasts' probability of cancer from PNGs or DICOM.",
        discussion: """
            EXAMPLES
              mammo infer --weights best.safetensors --png-dir png --csv test.csv \\
                  --out submission.csv
              mammo infer --weights best.safetensors --dicom-dir test_images \\
                  --csv test.csv --out submission.csv --tta hflip --threshold 0.35
              mammo infer --weights best.safetensors --png-dir png --csv test.csv \\
                  --out submission.csv --device cuda:0,1 --amp fp16
              mammo infer --weights a.safetensors --weights b.safetensors \\
                  --png-dir png --csv test.csv --out submission.csv \\
                  --per-image images.csv --resume

            --out has the columns prediction_id and cancer: one row per breast in the table's order, the images' \
            probabilities combined by --aggregate, calibrated where the weights record how (mammo calibrate), then compared \
            with --threshold where one is given. Where the table has \
            no prediction_id it is made of patient_id and laterality. DICOM files are preprocessed in memory with the \
            parameters that the weights record: the logits are those of the PNGs to the bit. An image that cannot be \
            read is named, and its breast predicted from its other images, or as --missing where there is none: the \
            file is always complete.

            The per-image file has the columns patient_id, image_id, prediction_id, logit and probability, written as \
            soon as an image is done. A run that was killed or interrupted resumes from it when the same command is given \
            again (with a file named by --per-image: with --resume). The logit is the mean over flips and weights.

            --precision int8 computes a ConvNeXt's products in 8 bits, on processors with AVX-512 VNNI: faster, and logits differ \
            a little from those of fp32. The ranges of its activations are found once, on some of the table's images, and \
            written to --int8-ranges; the same file gives the same logits.

            Several cards share one queue of images; lines and logits do not depend on how many there are, if all are of \
            one kind.
            """)

    @OptionGroup var model: ModelOptions

    @OptionGroup var sources: ImageSourceOptions

    @Option(help: ArgumentHelp("The table of images to predict.", valueName: "file"), completion: .table)
    var csv: String

    @Option(help: ArgumentHelp("The submission to write.", valueName: "file"), completion: .table)
    var out: String

    @Option(help: "How a breast's images are combined.")
    var aggregate = Aggregate.mean

    @Option(
        help: ArgumentHelp(
            "Write 1.0 above this probability, else 0.0.",
            discussion: "weights takes the threshold that the weights record.", valueName: "t|weights"))
    var threshold: ThresholdChoice?

    @Flag(
        help: ArgumentHelp(
            "Leave scores as they are.", discussion: "Not calibrated as the weights record by mammo calibrate."))
    var noCalibration = false

    @Option(
        help: ArgumentHelp(
            "Probability of a breast without images.",
            discussion: """
                The default is \(baseRate), the rate of cancer among RSNA's breasts; with --threshold such a breast is 0 unless \
                this is given and above it.
                """, valueName: "value"))
    var missing: Double?

    @Option(
        help: ArgumentHelp(
            "The file of each image's logit.",
            discussion: "Written as images are done; by default SUBMISSION.images.csv beside --out.",
            valueName: "file"),
        completion: .table)
    var perImage: String?

    @Flag(help: "Resume from the per-image file.")
    var resume = false

    @Flag(
        help: ArgumentHelp(
            "Start --per-image over; accept mismatched PNGs.",
            discussion: "The PNGs may be made with other parameters than the weights record."))
    var force = false

    @Option(
        help: ArgumentHelp(
            "End within this time, such as 9h, 90m or 1h30m.",
            discussion: """
                The submission is complete: breasts whose images were not reached are written as --missing says. An \
                early message says whether this will happen.
                """, valueName: "time"))
    var limitTime: Duration?

    @Option(
        help: ArgumentHelp(
            "Write Grad-CAM images to this folder.",
            discussion: """
                Each is the image beside itself with Grad-CAM of the last stage over it, by the first weights, with a scale of \
                its colours, score and label.
                """,
            valueName: "folder"),
        completion: .directory)
    var heatmap: String?

    @Flag(
        help: ArgumentHelp(
            "Grad-CAM sheets of patients, not images.",
            discussion: "PATIENT.png in the folder of --heatmap has all images of a patient that could be predicted."))
    var heatmapGrid = false

    @Flag(help: "Show no progress.")
    var quiet = false

    @Flag(help: "Print the summary as JSON.")
    var json = false

    func validate() throws {
        if heatmapGrid && heatmap == nil {
            throw ValidationError("--heatmap-grid goes with --heatmap; give --heatmap FOLDER")
        }
        if resume && force { throw ValidationError("--resume contradicts --force; give one of them") }
        try Validation.check("--threshold", threshold?.number, in: 0...1)
        try Validation.check("--missing", missing, in: 0...1)
    }

    private var opening: PerImageFile.Opening {
        force ? .forced : resume ? .resumed : perImage == nil ? .automatic : .new
    }

    func run() throws {
        let begun = ContinuousClock.now
        try Console.run("infer") {
            try Files.checkWritable(out)
            let table = try ImageTable(path: csv, need: .predictions)
            let named = try WeightsArgument(model.weights)
            let devices = try model.open()
            var int8 = try model.int8.run(beside: out)
            var models = try model.load(named, on: devices) { try int8?.arithmetic(of: $0) ?? .full }
            for model in models { for note in model.notes { Console.error("mammo infer: \(model.path): \(note)") } }
            let decision = try Decision(
                named.recorded(models), threshold: threshold,
                calibrates: !noCalibration, aggregate: aggregate)
            for note in decision.notes { Console.error("mammo infer: \(note)") }
            let parameters = try sources.parameters(recordedBy: models)
            let source = try sources.source(parameters, force: force)
            let logPath = perImage ?? PerImageFile.path(beside: out)
            if force || !Files.isFile(logPath) {
                try MissingInputs.check(table.rows.lazy.map(source.path), in: sources.folder)
            }
            if try int8?.calibrate(models, table.rows, source) == true {
                models = try model.load(named, on: devices) { try int8?.arithmetic(of: $0) ?? .full }
            }
            // --device auto may have gone to the CPU, which has neither.
            let isOnCards = !(devices.first?.isOfHost ?? true)
            let log = try PerImageFile(
                path: logPath,
                origin: PerImageFile.Origin(
                    weights: models.map(\.identity), flips: model.tta.rawValue,
                    preprocessing: parameters?.description ?? "as found",
                    precision: int8 != nil ? "int8" : isOnCards && model.amp != .off ? model.amp.rawValue : nil,
                    tf32: isOnCards && model.tf32, int8Ranges: int8?.file?.digest,
                    presentationOnly: sources.presentationOnly),
                table: table, opening: opening)
            if opening == .automatic && !log.earlier.isEmpty && !quiet {
                Console.error(
                    "mammo infer: resuming with \(log.earlier.count.of("image")) of \(log.path); --force starts over")
            }
            let batch = InferenceBatch(
                source: source, predictors: TrainedModel.predictors(models, augmentation: model.tta),
                batchSize: model.batchSize(for: parameters), readers: sources.readers)
            let heatMaps = try heatmap.map { try HeatMapFolder($0, makesSheets: heatmapGrid) }
            var run = InferRun(
                table: table, leftOut: sources.leftOut(of: table), batch: batch, log: log, heatMaps: heatMaps,
                limit: limitTime.map { TimeLimit($0, since: begun) })
            try run.start(style: .suited(quiet: quiet))
            if run.wasInterrupted { throw run.exitCode }
            let submission = Submission(
                table: table, predictions: run.predictions, aggregate: aggregate, calibration: decision.calibration,
                threshold: decision.threshold, rate: missing ?? (decision.threshold == nil ? Self.baseRate : 0))
            try run.report(submission, decision, to: out, json: json)
            if let line = named.shares(of: submission, decision) { Console.error("mammo infer: \(line)") }
            throw run.exitCode
        }
    }
}
