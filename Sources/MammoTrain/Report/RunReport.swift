import MammoBase
import MammoChart
import MammoTrack

/// A training run as one HTML file that needs nothing else: no script, no font, no network.
public struct RunReport: Sendable {
    /// The file's text.
    public let html: String

    /// Makes the page, at any time of a run.
    ///
    /// - Parameters:
    ///   - name: What the run is called, as its folder's name.
    ///   - configuration: Every parameter.
    ///   - steps: The lines of steps.csv.
    ///   - epochs: The lines of epochs.csv.
    ///   - notes: What to beware of, and why the run ended where it ended early, a line each.
    public init(
        name: String, configuration: TrainingConfiguration, steps: [StepRecord], epochs: [EpochRecord],
        notes: [String] = []
    ) {
        self.init(
            name: name, configuration: configuration, steps: steps, epochs: epochs, usage: RunUsage(), notes: notes)
    }

    /// The same of a run whose time and energy are known.
    package init(
        name: String, configuration: TrainingConfiguration, steps: [StepRecord], epochs: [EpochRecord],
        usage: RunUsage, notes: [String] = []
    ) {
        let best = epochs.last(where: \.isBest)
        let charts = RunPlots(steps: steps, epochs: epochs).all.map {
            Page.chart($0.plot, note: $0.note, key: $0.key)
        }
        html = Page.html(
            title: "Training of \(name)",
            body: [
                Page.heading("Training of \(name)", Self.source(name, configuration, steps, epochs)),
                Page.warnings(notes),
                Page.section("tiles", Self.tiles(configuration, best, steps, epochs, usage)),
                Page.section("charts", charts),
                Page.section(
                    "tables",
                    (epochs.isEmpty ? [] : [Page.table(Self.table(of: epochs, best))]) + [
                        Page.pairs(title: "Configuration", configuration.rows.map { ($0.key, $0.value) })
                    ]),
            ])
    }

    private static func source(
        _ name: String, _ configuration: TrainingConfiguration, _ steps: [StepRecord], _ epochs: [EpochRecord]
    ) -> String {
        "\(name): \(configuration.arch) from \(configuration.weights), fold \(configuration.fold); "
            + "\(epochs.count) of \(configuration.epochs.of("epoch")), \((steps.last?.step ?? 0).of("step")). "
            + "Best by \(configuration.select.rawValue)."
    }

    private static func tiles(
        _ configuration: TrainingConfiguration, _ best: EpochRecord?, _ steps: [StepRecord], _ epochs: [EpochRecord],
        _ usage: RunUsage
    ) -> [String] {
        var tiles: [(String, String)] = []
        if let best {
            tiles += [
                ("\(best.epoch)", "best epoch"), (best.breasts.bestF1.decimals(4), "best F1 of breasts"),
                (best.breasts.threshold.decimals(4), "threshold"),
                (best.breasts.areaUnderROC.map { $0.decimals(4) } ?? "–", "ROC-AUC of breasts"),
                (best.breasts.averagePrecision.decimals(4), "average precision of breasts"),
                (best.validationLoss.decimals(4), "validation loss"),
            ]
        }
        let seconds = epochs.isEmpty ? steps.reduce(0) { $0 + $1.seconds } : epochs.reduce(0) { $0 + $1.seconds }
        tiles.append((time(seconds), "time"))
        if let energy = usage.kilowattHours { tiles.append((energy.decimals(3), "kWh of the cards")) }
        if let price = configuration.price, usage.seconds > 0 {
            tiles.append((usage.cost(price: price).decimals(2), "cost at \(price.decimals(2)) an hour"))
        }
        return tiles.map { Page.tile($0.0, $0.1) }
    }

    private static func table(of epochs: [EpochRecord], _ best: EpochRecord?) -> SummaryTable {
        SummaryTable(
            title: "Epochs: losses, scores of breasts, scores of images",
            header: [
                "epoch", "steps", "training", "validation", "best F1", "at", "grid F1", "at", "pF1", "AUC", "AP",
                "img best F1", "img AUC", "lr", "time", "img/s", "data",
            ],
            rows: epochs.map { epoch in
                let (images, breasts) = (epoch.images, epoch.breasts)
                func area(_ scores: EpochRecord.Scores) -> String { scores.areaUnderROC.map { $0.decimals(4) } ?? "–" }
                return [
                    "\(epoch.epoch)\(epoch == best ? "\u{A0}best" : "")", "\(epoch.steps)", epoch.trainLoss.decimals(4),
                    epoch.validationLoss.decimals(4), breasts.bestF1.decimals(4), breasts.threshold.decimals(4),
                    breasts.gridF1.decimals(4), breasts.gridThreshold.decimals(2), breasts.pf1.decimals(4),
                    area(breasts), breasts.averagePrecision.decimals(4), images.bestF1.decimals(4), area(images),
                    RunPlots.short(epoch.lr), time(epoch.seconds), epoch.imagesPerSecond.decimals(2),
                    epoch.waitShare?.percent ?? "–",
                ]
            })
    }

    /// Hours, minutes and seconds, as far as they matter.
    private static func time(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "–" }
        if seconds < 60 { return "\(seconds.decimals(1)) s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
