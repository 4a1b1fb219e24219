import MammoBase
import MammoChart

extension Evaluation {
    /// F1, or F with its beta.
    var fName: String { options.beta == 1 ? "F1" : "F\(options.beta)" }

    /// All tables, in the order they are shown.
    public var tables: [SummaryTable] {
        [unitTable, mainTable, confusionTable]
            + [worstTable, bootstrapTable, nestedTable, groupTable].compactMap { $0 } + [calibrationTable]
    }

    private var unitTable: SummaryTable {
        let rows = units.map {
            [
                $0.unit, $0.aggregate ?? "as they are", "\($0.count)", "\($0.positives)", $0.pf1.decimals(4),
                $0.best_f1.decimals(4), $0.best_threshold.decimals(6), $0.best_threshold_lower.decimals(6),
                $0.best_threshold_upper.decimals(6), $0.grid_f1.decimals(4), $0.grid_threshold.decimals(2),
                Self.text($0.roc_auc), $0.average_precision.decimals(4),
            ]
        }
        return SummaryTable(
            title: "Units, each at its best threshold",
            header: [
                "unit", "scores", "n", "positive", "p\(fName)", "best \(fName)", "threshold", "from", "to",
                "grid \(fName)",
                "at", "AUC", "AP",
            ], rows: rows)
    }

    private var mainTable: SummaryTable {
        let at = main.at_threshold
        let figures: [(String, Double?)] = [
            ("p\(fName)", main.pf1), ("p\(fName) of the reference pipeline", main.pf1_reference),
            ("mean prediction", main.mean_prediction), ("ROC-AUC", main.roc_auc),
            ("average precision", main.average_precision), ("sensitivity at 90 % specificity", main.sensitivity_at_90),
            ("sensitivity at 95 % specificity", main.sensitivity_at_95), ("Brier score", main.brier),
            ("calibration error", main.calibration_error), (fName, at.f1), ("precision", at.precision),
            ("recall", at.recall), ("specificity", at.specificity), ("recall rate", at.recall_rate),
        ]
        var rows = figures.map { [$0.0, Self.text($0.1)] }
        rows.insert(["threshold", "\(at.threshold)"], at: 9)
        return SummaryTable(
            title: "Unit \(unitName): \(main.count), of which \(main.positives) positive", header: ["figure", "value"],
            rows: rows)
    }

    private var bootstrapTable: SummaryTable? {
        guard let bootstrap else { return nil }
        let rows: [(String, Double?, Interval?)] = [
            ("p\(fName)", main.pf1, bootstrap.pf1),
            ("best \(fName), threshold chosen in each", main.best_f1, bootstrap.best),
            ("that threshold", main.best_threshold, bootstrap.threshold),
            ("out-of-bag \(fName) at that threshold", bootstrap.leftOutMean, bootstrap.leftOut),
            ("\(fName) at \(main.at_threshold.threshold.decimals(6))", main.at_threshold.f1, bootstrap.fixed),
            ("ROC-AUC", main.roc_auc, bootstrap.areaUnderROC),
            ("average precision", main.average_precision, bootstrap.averagePrecision),
        ]
        return SummaryTable(
            title: "Unit \(unitName): 95 % intervals, \(options.resamples) bootstrap resamples of patients",
            header: ["figure", "value", "from", "to"],
            rows: rows.map { [$0.0, Self.text($0.1), Self.text($0.2?.lower), Self.text($0.2?.upper)] })
    }

    private var nestedTable: SummaryTable? {
        guard let nested else { return nil }
        let rows = nested.folds.map {
            [
                "\($0.fold)", "\($0.count)", "\($0.positives)", $0.threshold.decimals(6), $0.score.decimals(4),
                $0.optimistic.decimals(4),
            ]
        }
        let all = [
            "all", "\(main.count)", "\(main.positives)", "", nested.pooled.decimals(4), nested.optimistic.decimals(4),
        ]
        return SummaryTable(
            title: "Unit \(unitName): threshold from the other folds",
            header: ["fold", "n", "positive", "threshold", fName, "at its own best"], rows: rows + [all])
    }

    private var groupTable: SummaryTable? {
        guard !groups.isEmpty else { return nil }
        let rows = groups.map {
            [
                "\($0.attribute) \($0.group)", "\($0.count)", "\($0.positives)", $0.pf1.decimals(4),
                $0.at_threshold.f1.decimals(4), $0.at_threshold.precision.decimals(4),
                $0.at_threshold.recall.decimals(4),
                $0.at_threshold.specificity.decimals(4), $0.at_threshold.recall_rate.decimals(4), Self.text($0.roc_auc),
                $0.average_precision.decimals(4),
            ]
        }
        return SummaryTable(
            title: "Unit \(unitName), by group, at threshold \(main.at_threshold.threshold.decimals(6))",
            header: [
                "group", "n", "positive", "p\(fName)", fName, "precision", "recall", "specificity", "recall rate",
                "AUC",
                "AP",
            ], rows: rows)
    }

    private var calibrationTable: SummaryTable {
        let rows = calibration.bins.map {
            [
                "\($0.lower.decimals(1)) to \($0.upper.decimals(1))", "\($0.count)", "\($0.positives)",
                Self.text($0.meanScore), Self.text($0.rate),
            ]
        }
        return SummaryTable(
            title: "Unit \(unitName): calibration", header: ["predicted", "n", "positive", "mean", "rate"], rows: rows)
    }

    /// The main unit, with how its scores were put together.
    var unitName: String { main.unit + (main.aggregate.map { " (\($0))" } ?? "") }

    static func text(_ value: Double?) -> String { value.map { $0.decimals(4) } ?? "–" }
}
