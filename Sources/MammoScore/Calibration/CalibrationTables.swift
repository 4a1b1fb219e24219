import MammoBase
import MammoChart
import MammoData

extension CalibrationFit {
    /// The map with its errors, and the threshold with its figures.
    public var tables: [SummaryTable] { [errorTable, thresholdTable].compactMap { $0 } }

    private var errorTable: SummaryTable? {
        guard let map = record.map else { return nil }
        let what =
            switch map {
            case .platt(let slope, let intercept):
                "Platt scaling, slope \(slope.decimals(6)), intercept \(intercept.decimals(6))"
            case .isotonic(let scores, _): "isotonic regression, \(scores.count) knots"
            }
        let rows = [
            ("mean prediction", meanBefore, meanAfter), ("Brier score", before.brier, after.brier),
            ("calibration error", before.expectedError, after.expectedError),
        ]
        return SummaryTable(
            title: "Unit breast (\(record.aggregate.rawValue)): \(what)",
            header: ["\(record.source.breasts) breasts, \(record.source.positives) positive", "before", "after"],
            rows: rows.map { [$0.0, $0.1.decimals(4), $0.2.decimals(4)] })
    }

    private var thresholdTable: SummaryTable {
        let rows: [(name: String, value: Double, interval: Interval?)] = [
            ("threshold", record.threshold, bootstrap?.threshold), ("F1", at.f1, bootstrap?.f1),
            ("precision", at.precision, bootstrap?.precision),
            ("recall (sensitivity)", at.recall, bootstrap?.recall),
            ("specificity", at.specificity, bootstrap?.specificity),
            ("recall rate", at.recall_rate, bootstrap?.recallRate),
        ]
        let scores = record.map == nil ? "scores" : "calibrated scores"
        let title = "Threshold of \(scores) for \(record.goal)"
        guard bootstrap != nil else {
            return SummaryTable(
                title: title, header: ["figure", "value"], rows: rows.map { [$0.name, $0.value.decimals(6)] })
        }
        return SummaryTable(
            title: "\(title); 95 % intervals of \(options.resamples) bootstrap resamples",
            header: ["figure", "value", "from", "to"],
            rows: rows.map { row in
                [row.name, row.value.decimals(6)]
                    + (row.interval.map { [$0.lower.decimals(6), $0.upper.decimals(6)] } ?? ["–", "–"])
            })
    }

    /// As JSON: sorted keys.
    ///
    /// - Parameters:
    ///   - problems: What could not be used, a line each.
    ///   - out: The weights that were written.
    /// - Returns: One line, without its end.
    public func json(problems: [String], out: String?) -> String { JSONText.line(Document(self, problems, out)) }

    /// The members are named as the JSON keys are.
    private struct Document: Encodable {
        struct Errors: Encodable {
            var brier: Double
            var calibration_error: Double
            var mean_prediction: Double

            init(_ calibration: Calibration, mean: Double) {
                (brier, calibration_error, mean_prediction) = (calibration.brier, calibration.expectedError, mean)
            }
        }

        struct Resamples: Encodable {
            var asked: Int
            var f1: Interval?
            var precision: Interval?
            var recall: Interval?
            var recall_rate: Interval?
            var seed: UInt64
            var specificity: Interval?
            var threshold: Interval?
        }

        var after: Errors?
        var at_threshold: Figures.AtThreshold
        var before: Errors
        var bootstrap: Resamples?
        var calibration: CalibrationRecord
        var out: String?
        var problems: [String]

        init(_ fit: CalibrationFit, _ problems: [String], _ out: String?) {
            (at_threshold, calibration, self.problems, self.out) = (fit.at, fit.record, problems, out)
            before = Errors(fit.before, mean: fit.meanBefore)
            after = fit.record.map == nil ? nil : Errors(fit.after, mean: fit.meanAfter)
            bootstrap = fit.bootstrap.map {
                Resamples(
                    asked: fit.options.resamples, f1: $0.f1, precision: $0.precision, recall: $0.recall,
                    recall_rate: $0.recallRate, seed: fit.options.seed, specificity: $0.specificity,
                    threshold: $0.threshold)
            }
        }
    }
}
