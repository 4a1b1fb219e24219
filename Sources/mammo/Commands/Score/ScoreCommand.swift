import ArgumentParser
import MammoBase
import MammoData
import MammoImage
import MammoScore

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score predictions: pF1, best threshold, confidence intervals.",
        discussion: """
            EXAMPLES
              mammo score --predictions submission.csv --labels train.csv
              mammo score --lint submission.csv --csv test.csv
              mammo score --predictions per-image.csv --labels train.csv \\
                  --worst 10 --images png --report report.html
              mammo score --predictions validation.csv --labels train.csv --partial \\
                  --bootstrap 1000 --seed 1
              mammo score --predictions cv/oof.csv --bootstrap 1000 --report report.html
              mammo score --predictions runs/0/validation.csv \\
                  --predictions runs/1/validation.csv --json

            Predictions are of breasts (prediction_id and cancer, probability or logit) or of images (patient_id, \
            image_id and probability or logit, as infer --per-image writes). Labels are a train.csv, a breast being \
            prediction_id or {patient_id}_{laterality}; without --labels the predictions' own column label is used or, \
            of images, cancer. Several --predictions are pooled; what is in two of them is named, and the first counts. \
            Where they have a column fold, folds are a group of their own, and each fold's threshold is also chosen on the \
            others; else the files are groups.

            Scores are combined to those of breasts, then of patients, and only then compared with a threshold: positive \
            is what is greater. Of the thresholds with the best score the widest interval is taken (then the lowest), and \
            its middle. Printed are the main figures, with --full every table, with --confusion TP, FP, FN and TN; \
            --json and --report always have everything. Rows that cannot be used are named and skipped, with exit status 3.
            """)

    @Option(
        help: ArgumentHelp("Predictions of breasts or images; repeat to pool.", valueName: "file"), completion: .table)
    var predictions: [String] = []

    @Option(help: ArgumentHelp("The labels: train.csv.", valueName: "file"), completion: .table)
    var labels: String?

    @OptionGroup var options: ScoreOptions

    @OptionGroup var output: ScoreOutputOptions

    @Option(help: ArgumentHelp("Check a submission instead.", valueName: "file"), completion: .table)
    var lint: String?

    @Option(help: ArgumentHelp("The test.csv that --lint checks against.", valueName: "file"), completion: .table)
    var csv: String?

    @Flag(help: "Print the result, all of it, as JSON.")
    var json = false

    @Flag(help: "Print the time of each step to standard error.")
    var timings = false

    func validate() throws {
        guard predictions.isEmpty != (lint == nil) else {
            throw ValidationError("nothing to score; give --predictions FILE, or --lint FILE to check a submission")
        }
        if lint != nil {
            guard csv != nil else { throw ValidationError("--csv is not given; --lint needs --csv TEST.CSV") }
            guard labels == nil && output.report == nil else {
                throw ValidationError("--labels and --report go with --predictions, not with --lint")
            }
        } else if csv != nil {
            throw ValidationError("--csv goes with --lint; give the labels as --labels FILE")
        }
    }

    func run() throws {
        try Console.run("score") {
            if let lint, let csv {
                throw try LintReport(SubmissionLint(path: lint, csv: csv), path: lint).print(json: json)
            }
            throw try score(predictions).problems.isEmpty ? ExitStatus.allDone : ExitStatus.someFailed
        }
    }

    /// Scores, prints, and writes the report.
    func score(_ predictions: [String]) throws -> (evaluation: Evaluation, problems: [String]) {
        var watch = Stopwatch()
        let table = try PredictionTable(paths: predictions)
        let truth = try labels.map { try LabelTable(path: $0) }
        let folds = try options.foldsFile.map { try FoldTable(path: $0) }
        watch.lap("read")
        let joined = try JoinedTables(table, labels: truth, isPartial: options.partial)
        watch.lap("join")
        var asked = options.evaluation
        asked.worst = output.worst
        let evaluation = try Evaluation(joined, folds: folds, options: asked)
        watch.lap("evaluate")
        if timings {
            let set = evaluation.cases.set
            let best = ExactSearch(Ranking(set), beta: options.beta)
            watch.lap("of that, exact threshold of \(set.count) (best \(best.score.decimals(4)))")
            _ = GridSearch(set, step: options.grid, beta: options.beta)
            watch.lap("of that, grid of thresholds")
        }
        let text = ScoreReport(evaluation, joined)
        let pictures = try output.images.map { try WorstPictures(of: evaluation.worst, in: $0) }
        let problems = joined.problems + (pictures?.problems ?? [])
        text.printMessages(problems)
        if let report = output.report {
            let page = ReportPage(
                evaluation, problems: problems, predictions: table.name, labels: labels,
                pictures: pictures?.files ?? [:])
            try Files.write(Array(page.html.utf8), to: report)
            watch.lap("report")
        }
        if json { Console.out(evaluation.json(problems: problems)) } else { text.print(output) }
        if timings { watch.laps.forEach { Console.error("mammo score: \($0)") } }
        return (evaluation, problems)
    }
}

/// What took how long.
private struct Stopwatch {
    private let clock = ContinuousClock()
    private var last = ContinuousClock.now
    private(set) var laps: [String] = []

    mutating func lap(_ name: String) {
        let now = clock.now
        laps.append("\(name): \(((now - last).inSeconds * 1e3).decimals(1)) ms")
        last = now
    }
}
