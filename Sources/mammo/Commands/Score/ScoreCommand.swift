import ArgumentParser
import MammoChart
import MammoData
import MammoImage
import MammoScore

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score predictions: pF1, the best threshold, and what the numbers are worth.",
        discussion: """
            EXAMPLES
              mammo score --predictions submission.csv --labels train.csv
              mammo score --predictions per-image.csv --labels train.csv --aggregate max --report report.html
              mammo score --predictions validation.csv --labels train.csv --partial --bootstrap 1000 --seed 1
              mammo score --predictions all-folds.csv --labels train.csv --folds-file folds.csv --json
              mammo score --lint submission.csv --csv test.csv

            Predictions are of breasts (prediction_id and cancer, probability or logit) or of images (patient_id, image_id
            and probability or logit, as infer --per-image writes). Labels are a train.csv, a breast being prediction_id
            or {patient_id}_{laterality}; without --labels the predictions' own column label or, of images, cancer.
            Scores become a breast's first, then a patient's, and only then meet a threshold: positive is what is
            greater. Of the thresholds with the best score the widest stretch is taken (then the lowest), and its middle.
            What cannot be used is named and passed over, with exit status 3.

            --json prints one object, keys sorted, those not defined left out. main and each of units: aggregate,
            at_threshold {f, false_negatives, false_positives, precision, recall, recall_rate, specificity, threshold,
            true_negatives, true_positives}, average_precision, best_f, best_plateaus, best_threshold,
            best_threshold_lower, best_threshold_upper, brier, calibration_error, count, grid_f, grid_threshold,
            mean_prediction, pf1, pf1_seed, positives, roc_auc, sensitivity_at_90, sensitivity_at_95, unit. Each of
            groups: at_threshold, attribute, average_precision, count, group, mean_prediction, pf1, positives, roc_auc.
            Each of calibration: count, lower, mean_prediction, positives, rate, upper. bootstrap: asked,
            average_precision, best_f, best_threshold, f_at_threshold, left_out_f, left_out_f_mean, pf1, roc_auc, seed;
            each {lower, resamples, upper}, 2.5 to 97.5 %. nested: f, optimistic_f, folds [{best_f, count, f, fold,
            positives, threshold}]. beta, problems and warnings. groups, calibration,
            bootstrap and nested are of the unit of main. Of --lint: count, errors, expected, hard, share, warnings.
            """)

    @Option(help: ArgumentHelp("What was predicted, of breasts or images.", valueName: "file"))
    var predictions: String?

    @Option(help: ArgumentHelp("The truth: train.csv.", valueName: "file"))
    var labels: String?

    @OptionGroup var options: ScoreOptions

    @Option(help: ArgumentHelp("Write a page with curves and tables, in one file.", valueName: "file.html"))
    var report: String?

    @Option(help: ArgumentHelp("Check a submission instead.", valueName: "file"))
    var lint: String?

    @Option(help: ArgumentHelp("The test.csv that --lint checks against.", valueName: "file"))
    var csv: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    @Flag(help: "Print what took how long to standard error.")
    var timings = false

    func validate() throws {
        guard (predictions == nil) != (lint == nil) else {
            throw ValidationError("Give --predictions FILE, or --lint FILE to check a submission.")
        }
        if lint != nil {
            guard csv != nil else { throw ValidationError("--lint goes with --csv TEST.CSV.") }
            guard labels == nil && report == nil else {
                throw ValidationError("--labels and --report go with --predictions.")
            }
        } else if csv != nil {
            throw ValidationError("--csv goes with --lint; the truth is given as --labels.")
        }
    }

    func run() throws {
        try Console.run("score") {
            if let lint, let csv {
                throw try LintReport(SubmissionLint(path: lint, csv: csv), path: lint).print(json: json)
            }
            guard let predictions else { return }
            throw try score(predictions).problems.isEmpty ? ExitStatus.allDone : ExitStatus.someFailed
        }
    }

    /// Scores, prints, and writes the report.
    func score(_ predictions: String) throws -> (evaluation: Evaluation, problems: [String]) {
        var watch = Stopwatch()
        let table = try PredictionTable(path: predictions)
        let truth = try labels.map { try LabelTable(path: $0) }
        let folds = try options.foldsFile.map { try FoldTable(path: $0) }
        let joined = try JoinedTables(table, labels: truth, isPartial: options.partial)
        watch.lap("read and join")
        let evaluation = try Evaluation(joined, folds: folds, options: options.evaluation)
        watch.lap("evaluate")
        if timings {
            let set = evaluation.cases.set
            let best = ExactSearch(Ranking(set), beta: options.beta)
            watch.lap("of that, exact threshold of \(set.count) (best \(best.score.decimals(4)))")
            _ = GridSearch(set, step: options.grid, beta: options.beta)
            watch.lap("of that, grid of thresholds")
        }
        let text = ScoreReport(evaluation, joined)
        text.printMessages()
        if let report {
            let page = ReportPage(evaluation, problems: joined.problems, predictions: predictions, labels: labels)
            try Files.write(Array(page.html.utf8), to: report)
            watch.lap("report")
        }
        if json { Console.out(evaluation.json(problems: joined.problems)) } else { text.print() }
        if timings { watch.laps.forEach { Console.error("mammo score: \($0)") } }
        return (evaluation, joined.problems)
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
