import ArgumentParser
import CProcess
import MammoData
import MammoNet
import MammoScore

struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Make scores probabilities, choose a threshold, record both.",
        discussion: """
            EXAMPLES
              mammo calibrate --predictions cv/oof.csv --bootstrap 1000
              mammo calibrate --predictions per-image.csv --labels site.csv \\
                  --recall-rate 0.08 --weights best.safetensors --out site.safetensors
              mammo calibrate --predictions cv/oof.csv --method none \\
                  --sensitivity 0.9 --json

            Takes predictions that were not trained on, out-of-fold ones or a site's own, as mammo score does. The scores \
            of a breast's images are combined by --aggregate, then calibrated: --method platt is logistic regression on \
            the logit with smoothed targets, isotonic fits rising steps. Both equal scikit-learn's.

            The threshold is chosen on calibrated scores of breasts: for the best F1, for at most a --recall-rate (share \
            of breasts that are positive), or for at least a --sensitivity. --bootstrap resamples patients for intervals.

            --out writes the --weights with both in their metadata. mammo infer then calibrates (--no-calibration does \
            not), and --threshold weights takes the threshold. What the weights recorded before is replaced.
            """)

    @Option(
        help: ArgumentHelp("Predictions of breasts or images; repeat to pool.", valueName: "file"), completion: .table)
    var predictions: [String]

    @Option(help: ArgumentHelp("The labels: train.csv.", valueName: "file"), completion: .table)
    var labels: String?

    @Flag(help: "Accept labels without predictions, as of one fold.")
    var partial = false

    @Option(help: "How scores become probabilities.")
    var method = CalibrationOptions.Method.platt

    @Option(help: ArgumentHelp("How a breast's images are combined.", valueName: "how"))
    var aggregate = Aggregate.mean

    @Option(help: ArgumentHelp("Threshold for at most this share positive.", valueName: "share"))
    var recallRate: Double?

    @Option(help: ArgumentHelp("Threshold for at least this share of cancers.", valueName: "share"))
    var sensitivity: Double?

    @Option(help: ArgumentHelp("Bootstrap resamples of patients for intervals.", valueName: "n"))
    var bootstrap = 0

    @Option(help: ArgumentHelp("Random seed of --bootstrap.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Resamples at a time. (default: all cores)", valueName: "n"))
    var jobs: Int?

    @Option(
        help: ArgumentHelp("Weights or ensemble that made the predictions.", valueName: "file"), completion: .weights)
    var weights: String?

    @OptionGroup var checkpoint: CheckpointOptions

    @Option(
        help: ArgumentHelp("Write them with calibration and threshold.", valueName: "file"),
        completion: .file(extensions: WeightsFormat.allCases.map(\.rawValue) + ["json"]))
    var out: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        guard !predictions.isEmpty else {
            throw ValidationError("--predictions is not given; give --predictions FILE")
        }
        guard recallRate == nil || sensitivity == nil else {
            throw ValidationError("--recall-rate contradicts --sensitivity; give one of them")
        }
        guard (weights == nil) == (out == nil) else {
            let (there, missing) = weights == nil ? ("--out", "--weights") : ("--weights", "--out")
            throw ValidationError("\(there) is given without \(missing); give both, or neither to print only")
        }
        if let weights, let out {
            guard Ensemble.isNamed(weights) == Ensemble.isNamed(out) else {
                throw ValidationError(
                    "--out is \(out), expected an ensemble's .json where --weights is one, and only there")
            }
            guard !Ensemble.isNamed(out) || Files.absolute(out) != Files.absolute(weights) else {
                throw ValidationError(
                    "--out is the ensemble itself, which mammo cross-validate writes anew; give another name")
            }
            if !Ensemble.isNamed(out) { try WeightsFormat.check(out) }
        }
        try Validation.check("--recall-rate", recallRate, in: 0...1)
        try Validation.check("--sensitivity", sensitivity, in: 0...1)
        try Validation.check("--bootstrap", bootstrap, in: 0...1_000_000)
        try Validation.check("--jobs", jobs, in: Validation.atATime)
    }

    private var options: CalibrationOptions {
        var options = CalibrationOptions()
        (options.method, options.aggregate, options.resamples, options.seed) = (method, aggregate, bootstrap, seed)
        options.goal = recallRate.map { .recallRate($0) } ?? sensitivity.map { .sensitivity($0) } ?? .bestF1
        options.workers = jobs ?? Int(cprocess_available_cores())
        return options
    }

    func run() throws {
        try Console.run("calibrate") {
            let table = try PredictionTable(paths: predictions)
            let truth = try labels.map { try LabelTable(path: $0) }
            let joined = try JoinedTables(table, labels: truth, isPartial: partial)
            let fit = try CalibrationFit(joined, files: predictions, options: options)
            Messages.print(joined.problems, "calibrate")
            if let weights, let out { try write(fit.record, of: weights, to: out) }
            if json {
                Console.out(fit.json(problems: joined.problems, out: out))
            } else {
                TextTable.print(fit.tables)
            }
            throw joined.problems.isEmpty ? ExitStatus.allDone : ExitStatus.someFailed
        }
    }

    private func write(_ record: CalibrationRecord, of path: String, to out: String) throws {
        if Ensemble.isNamed(path) {
            let ensemble = try Ensemble(path: path).calibrated(record, from: path, to: out)
            try Files.write(JSONText.pretty(ensemble), to: out)
            return Console.error("mammo calibrate: wrote \(out)")
        }
        var weights = try ModelWeights(try WeightsFile(path: path), ema: checkpoint.ema)
        for note in weights.notes { Console.error("mammo calibrate: \(path): \(note)") }
        try weights.requireHead()
        weights.metadata.calibration = record
        weights.metadata.threshold = record.threshold
        try WeightsFormat.write(weights, to: out)
        Console.error("mammo calibrate: wrote \(out)")
    }
}

extension CalibrationOptions.Method: ExpressibleByArgument {}
