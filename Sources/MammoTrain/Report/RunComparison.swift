import MammoBase
import MammoChart
import MammoData

/// Runs beside each other: the settings in which they differ, their figures, and a page with their curves over each other.
public struct RunComparison: Sendable {
    /// The runs, in the order they were named.
    public let runs: [ComparedRun]

    /// Compares runs.
    ///
    /// - Parameter runs: One or more. Those of equal names are called by their paths.
    public init(_ runs: [ComparedRun]) {
        let counts = Dictionary(runs.map { ($0.name, 1) }, uniquingKeysWith: +)
        self.runs = runs.map { run in
            var named = run
            if counts[run.name, default: 0] > 1 { named.name = run.path }
            return named
        }
    }

    /// The settings in which runs differ, in config.yaml's order, with each run's value.
    public var settings: [(key: String, values: [String])] {
        let all = runs.map { $0.configuration.rows }
        return (all.first ?? []).enumerated().compactMap { place, setting in
            let values = all.map { $0[place].value }
            return Set(values).count > 1 ? (setting.key, values) : nil
        }
    }

    /// The settings that differ, and the figures, for people.
    public var tables: [SummaryTable] {
        let names = runs.map(\.name)
        let differing = settings
        let figures = runs.map(\.metrics)
        let rows = (figures.first ?? []).enumerated().map { place, figure in
            [figure.name] + figures.map { Self.text(figure.name, $0[place].value) }
        }
        let metrics = SummaryTable(title: "Metrics, of the best epoch", header: [""] + names, rows: rows)
        guard !differing.isEmpty else { return [metrics] }
        let settings = SummaryTable(
            title: "Settings that differ", header: [""] + names,
            rows: differing.map { [$0.key] + $0.values.map { $0.isEmpty ? "–" : $0 } })
        return [settings, metrics]
    }

    private static func text(_ name: String, _ value: Double?) -> String {
        guard let value else { return "–" }
        switch name {
        case "epochs", "steps", "best_epoch", "seconds": return value.decimals(0)
        case "images_per_second": return value.decimals(2)
        default: return value.decimals(4)
        }
    }

    private struct Summary: Encodable {
        struct Run: Encodable {
            var metrics: [String: Double]
            var run: String
            var settings: [String: String]
        }
        var differing: [String]
        var runs: [Run]
    }

    /// One line of JSON: `differing`, the keys of the settings that differ; `runs`, each with `run`, `settings`, of these, and
    /// `metrics`, those that it has.
    public var json: String {
        let differing = settings
        let runs = self.runs.enumerated().map { place, run in
            Summary.Run(
                metrics: Dictionary(
                    run.metrics.compactMap { metric in metric.value.map { (metric.name, $0) } },
                    uniquingKeysWith: { $1 }),
                run: run.path,
                settings: Dictionary(differing.map { ($0.key, $0.values[place]) }, uniquingKeysWith: { $1 }))
        }
        return JSONText.line(Summary(differing: differing.map(\.key), runs: runs))
    }

    /// A page that needs nothing else: curves over each other, and the tables.
    public var html: String {
        let names = runs.map(\.name).joined(separator: ", ")
        let charts = RunOverlay(runs).all.map { Page.chart($0.plot, note: $0.note, key: $0.key) }
        return Page.html(
            title: "\(runs.count.of("run")): \(names)",
            body: [
                Page.heading(runs.count == 1 ? "A run" : "\(runs.count) runs compared", names),
                Page.section("charts", charts), Page.section("tables", tables.map(Page.table)),
            ])
    }
}
