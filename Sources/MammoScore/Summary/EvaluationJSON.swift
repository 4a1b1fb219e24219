import MammoData

extension Evaluation {
    /// As JSON: sorted keys; a figure that is not defined has none.
    ///
    /// - Parameter problems: What could not be used, a line each.
    /// - Returns: One line, without its end.
    public func json(problems: [String]) -> String {
        JSONText.line(Document(self, problems))
    }
}

/// The members are named as the JSON keys are.
private struct Document: Encodable {
    struct Bin: Encodable {
        var lower: Double
        var upper: Double
        var count: Int
        var positives: Int
        var mean_prediction: Double?
        var rate: Double?
    }

    struct Resamples: Encodable {
        var asked: Int
        var seed: UInt64
        var pf1: Interval?
        var best_f1: Interval?
        var best_threshold: Interval?
        var left_out_f1: Interval?
        var left_out_f1_mean: Double?
        var f1_at_threshold: Interval?
        var roc_auc: Interval?
        var average_precision: Interval?
    }

    struct Fold: Encodable {
        var fold: Int
        var count: Int
        var positives: Int
        var threshold: Double
        var f1: Double
        var best_f1: Double
    }

    struct Nested: Encodable {
        var f1: Double
        var optimistic_f1: Double
        var folds: [Fold]
    }

    var beta: Double
    var bootstrap: Resamples?
    var calibration: [Bin]
    var groups: [GroupFigures]
    var main: Figures
    var nested: Nested?
    var problems: [String]
    var units: [Figures]
    var warnings: [String]
    var worst: [WorstCase]?

    init(_ evaluation: Evaluation, _ problems: [String]) {
        beta = evaluation.options.beta
        bootstrap = evaluation.bootstrap.map {
            Resamples(
                asked: evaluation.options.resamples, seed: evaluation.options.seed, pf1: $0.pf1, best_f1: $0.best,
                best_threshold: $0.threshold, left_out_f1: $0.leftOut, left_out_f1_mean: $0.leftOutMean,
                f1_at_threshold: $0.fixed, roc_auc: $0.areaUnderROC, average_precision: $0.averagePrecision)
        }
        calibration = evaluation.calibration.bins.map {
            Bin(
                lower: $0.lower, upper: $0.upper, count: $0.count, positives: $0.positives,
                mean_prediction: $0.meanScore, rate: $0.rate)
        }
        nested = evaluation.nested.map { nested in
            Nested(
                f1: nested.pooled, optimistic_f1: nested.optimistic,
                folds: nested.folds.map {
                    Fold(
                        fold: $0.fold, count: $0.count, positives: $0.positives, threshold: $0.threshold, f1: $0.score,
                        best_f1: $0.optimistic)
                })
        }
        (groups, main, units) = (evaluation.groups, evaluation.main, evaluation.units)
        (self.problems, warnings) = (problems, evaluation.warnings)
        worst = evaluation.options.worst > 0 ? evaluation.worst : nil
    }
}
