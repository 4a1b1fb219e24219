import MammoBase
import MammoChart
import MammoData
import MammoNet
import MammoScore
import MammoTrain

/// A cross-validation as one HTML file that needs nothing else: the folds compared, and the curves of all their predictions.
struct CrossValidationReport {
    /// The file's text.
    let html: String

    /// Makes the page.
    init(_ results: CrossValidationResults) {
        html = Page.html(
            title: "Cross-validation of \(results.name)",
            body: [
                Page.heading("Cross-validation of \(results.name)", Self.source(results)),
                Page.warnings(results.evaluation.warnings),
                Page.section("tiles", Self.tiles(results)),
                Page.section(
                    "charts",
                    [Self.thresholds(results), Self.losses(results)] + ReportPlots(results.evaluation).cards),
                Page.section("tables", [Page.table(results.foldTable), Page.table(results.runTable)]),
            ])
    }

    private static func source(_ results: CrossValidationResults) -> String {
        let (main, ensemble) = (results.evaluation.main, results.ensemble)
        return
            "\(results.name): \(ensemble.members.count) networks (\(ensemble.architecture)), \(ensemble.folds) folds. "
            + "Every breast was predicted by networks that were not trained on it: \(main.count), \(main.positives) positive."
    }

    private static func tiles(_ results: CrossValidationResults) -> [String] {
        let (main, threshold) = (results.evaluation.main, results.ensemble.threshold)
        return [
            (threshold.nested_f1.decimals(4), "F1, thresholds from other folds"),
            (threshold.optimistic_f1.decimals(4), "F1 at the best threshold (optimistic)"),
            (threshold.value.decimals(4), "threshold of the ensemble"), (main.pf1.decimals(4), "pF1, as predicted"),
            (main.roc_auc.map { $0.decimals(4) } ?? "–", "ROC-AUC"),
            (main.average_precision.decimals(4), "average precision"),
        ].map { Page.tile($0.0, $0.1) }
    }

    /// F1 of each fold at its own best threshold, and at that of the others.
    private static func thresholds(_ results: CrossValidationResults) -> String {
        let folds = results.folds
        let top = folds.map { max($0.nested.score, $0.nested.optimistic) }.max() ?? 0
        var axis = Axis.upTo(top, "F1 of breasts")
        axis.to = min(axis.to, 1)
        var plot = Plot(title: "F1 by fold", x: Axis("fold", from: -0.5, to: Double(folds.count) - 0.5), y: axis)
        plot.x.isWhole = true
        for (place, fold) in folds.enumerated() {
            let (middle, nested) = (Double(place), fold.nested)
            plot.bars += [
                .init(from: middle - 0.3, to: middle - 0.02, height: nested.score, style: "positive"),
                .init(from: middle + 0.02, to: middle + 0.3, height: nested.optimistic, style: "negative"),
            ]
            plot.hovers.append(
                .init(
                    from: middle - 0.5, to: middle + 0.5, at: .init(x: middle, y: max(nested.score, nested.optimistic)),
                    lines: [
                        "fold \(fold.fold): \(nested.positives) of \(nested.count)",
                        "F1 \(nested.score.decimals(4)) above \(nested.threshold.decimals(4))",
                        "own best \(nested.optimistic.decimals(4))",
                    ]))
        }
        return Page.chart(
            plot, note: "A threshold that is chosen on the fold itself flatters.",
            key: [("threshold from the other folds", "accent"), ("its own best", "other")])
    }

    /// The validation loss of each run; the kept epoch is a dot.
    private static func losses(_ results: CrossValidationResults) -> String {
        let runs = results.runs.map { run in
            ComparedRun(
                name: run.job.name, path: run.job.path, configuration: run.job.configuration, steps: [],
                epochs: run.epochs)
        }
        let chart = RunOverlay(runs).validationLoss
        return Page.chart(chart.plot, note: chart.note, key: chart.key)
    }
}

extension CrossValidationResults {
    /// The folder's name.
    package var name: String { Files.name(of: files.out) }

    /// The folds' scores.
    package var foldTable: SummaryTable {
        SummaryTable(
            title: "Folds",
            header: [
                "fold", "breasts", "positive", "pF1", "best F1", "at", "nested F1", "at", "AUC", "AP",
            ],
            rows: folds.map { fold in
                let figures = fold.breasts
                return [
                    "\(fold.fold)", "\(figures.count)", "\(figures.positives)", figures.pf1.decimals(4),
                    figures.best_f1.decimals(4), figures.best_threshold.decimals(4), fold.nested.score.decimals(4),
                    fold.nested.threshold.decimals(4), figures.roc_auc.map { $0.decimals(4) } ?? "–",
                    figures.average_precision.decimals(4),
                ]
            } + [pooledRow])
    }

    private var pooledRow: [String] {
        let (main, threshold) = (evaluation.main, ensemble.threshold)
        return [
            "all", "\(main.count)", "\(main.positives)", main.pf1.decimals(4), main.best_f1.decimals(4),
            main.best_threshold.decimals(4), threshold.nested_f1.decimals(4), threshold.value.decimals(4),
            main.roc_auc.map { $0.decimals(4) } ?? "–", main.average_precision.decimals(4),
        ]
    }

    /// The trainings.
    package var runTable: SummaryTable {
        SummaryTable(
            title: "Trainings",
            header: ["folder", "seed", "epochs", "best", "training loss", "validation loss", "best F1", "AUC"],
            rows: runs.map { run in
                let best = run.best
                return [
                    run.job.name, "\(run.job.seed)", "\(run.epochs.count)", best.map { "\($0.epoch)" } ?? "–",
                    best.map { $0.trainLoss.decimals(4) } ?? "–", best.map { $0.validationLoss.decimals(4) } ?? "–",
                    best.map { $0.breasts.bestF1.decimals(4) } ?? "–",
                    best?.breasts.areaUnderROC.map { $0.decimals(4) } ?? "–",
                ]
            })
    }
}
