import MammoScore

/// What `score` prints for people.
struct ScoreReport {
    private let evaluation: Evaluation
    private let tables: JoinedTables

    init(_ evaluation: Evaluation, _ tables: JoinedTables) { (self.evaluation, self.tables) = (evaluation, tables) }

    /// What was passed over, and what to beware of.
    func printMessages() {
        Messages.print(tables.problems, "score")
        if tables.absentPatients > 0 {
            Console.error(
                "mammo score: \(tables.absentPatients) patients of \(tables.labels.path) have no prediction and no part in this"
            )
        }
        for warning in evaluation.warnings { Console.error("mammo score: warning: \(warning)") }
    }

    func print() {
        let f = evaluation.options.beta == 1 ? "F1" : "F\(evaluation.options.beta)"
        section("Units, each at its best threshold", unitRows(f))
        let main = evaluation.main
        let what = "\(main.unit)\(main.aggregate.map { ", \($0)" } ?? "")"
        section("\(main.count) of unit \(what); \(main.positives) positive", mainRows(main, f))
        printHowSure(f)
        printGroups(f)
        section("Calibration", calibrationRows())
    }

    private func section(_ title: String, _ rows: [[String]]) {
        Console.out(title)
        guard let header = rows.first else { return }
        for line in TextTable.lines(header: header, rows: Array(rows.dropFirst())) { Console.out("  " + line) }
        Console.out("")
    }

    private func unitRows(_ f: String) -> [[String]] {
        let header = [
            "unit", "scores", "n", "positive", "p\(f)", "best \(f)", "threshold", "from", "to", "grid \(f)", "at", "AUC", "AP",
        ]
        return [header]
            + evaluation.units.map {
                [
                    $0.unit, $0.aggregate ?? "as they are", "\($0.count)", "\($0.positives)", $0.pf1.fixed(4),
                    $0.best_f.fixed(4), $0.best_threshold.fixed(4), $0.best_threshold_lower.fixed(4),
                    $0.best_threshold_upper.fixed(4), $0.grid_f.fixed(4), $0.grid_threshold.fixed(2), number($0.roc_auc),
                    $0.average_precision.fixed(4),
                ]
            }
    }

    private func mainRows(_ main: Figures, _ f: String) -> [[String]] {
        let at = main.at_threshold
        return [["figure", "value"]]
            + [
                ("p\(f)", main.pf1), ("p\(f) with the seed's 1e-6", main.pf1_seed), ("mean prediction", main.mean_prediction),
                ("ROC-AUC", main.roc_auc), ("average precision", main.average_precision),
                ("sensitivity at 90 % specificity", main.sensitivity_at_90),
                ("sensitivity at 95 % specificity", main.sensitivity_at_95), ("Brier score", main.brier),
                ("calibration error", main.calibration_error), ("threshold", at.threshold), ("  \(f)", at.f),
                ("  precision", at.precision), ("  recall", at.recall), ("  specificity", at.specificity),
                ("  recall rate", at.recall_rate),
            ].map { [$0.0, number($0.1)] }
    }

    private func printHowSure(_ f: String) {
        if let bootstrap = evaluation.bootstrap {
            let rows = [
                ("p\(f)", evaluation.main.pf1, bootstrap.pf1),
                ("best \(f), threshold chosen in each", evaluation.main.best_f, bootstrap.best),
                ("that threshold", evaluation.main.best_threshold, bootstrap.threshold),
                ("\(f) of patients not drawn, at it", bootstrap.leftOutMean, bootstrap.leftOut),
                (
                    "\(f) at \(evaluation.main.at_threshold.threshold.fixed(4))", evaluation.main.at_threshold.f,
                    bootstrap.fixed
                ),
                ("ROC-AUC", evaluation.main.roc_auc, bootstrap.areaUnderROC),
                ("average precision", evaluation.main.average_precision, bootstrap.averagePrecision),
            ].map { [$0.0, number($0.1), number($0.2?.lower), number($0.2?.upper)] }
            section(
                "95 % intervals, patients drawn anew \(evaluation.options.resamples) times",
                [["figure", "value", "from", "to"]] + rows)
        }
        if let nested = evaluation.nested {
            let rows = nested.folds.map {
                [
                    "\($0.fold)", "\($0.count)", "\($0.positives)", $0.threshold.fixed(4), $0.score.fixed(4),
                    $0.optimistic.fixed(4),
                ]
            }
            let all = "\(evaluation.main.count)"
            section(
                "Threshold from the other folds",
                [["fold", "n", "positive", "threshold", f, "its own best"]] + rows
                    + [["all", all, "\(evaluation.main.positives)", "", nested.pooled.fixed(4), nested.optimistic.fixed(4)]])
        }
    }

    private func printGroups(_ f: String) {
        guard !evaluation.groups.isEmpty else { return }
        let header = ["group", "n", "positive", "p\(f)", f, "precision", "recall", "specificity", "recall rate", "AUC", "AP"]
        let rows = evaluation.groups.map {
            [
                "\($0.attribute) \($0.group)", "\($0.count)", "\($0.positives)", $0.pf1.fixed(4), $0.at_threshold.f.fixed(4),
                $0.at_threshold.precision.fixed(4), $0.at_threshold.recall.fixed(4), $0.at_threshold.specificity.fixed(4),
                $0.at_threshold.recall_rate.fixed(4), number($0.roc_auc), $0.average_precision.fixed(4),
            ]
        }
        section(
            "Groups of unit \(evaluation.main.unit), at \(evaluation.main.at_threshold.threshold.fixed(4))", [header] + rows)
    }

    private func calibrationRows() -> [[String]] {
        [["predicted", "n", "positive", "mean", "rate"]]
            + evaluation.calibration.bins.map {
                [
                    "\($0.lower.fixed(1)) to \($0.upper.fixed(1))", "\($0.count)", "\($0.positives)", number($0.meanScore),
                    number($0.rate),
                ]
            }
    }

    private func number(_ value: Double?) -> String { value.map { $0.fixed(4) } ?? "–" }
}
