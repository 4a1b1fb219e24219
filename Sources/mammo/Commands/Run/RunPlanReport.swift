import MammoData
import MammoPipeline

/// What `run --dry-run` prints: the state of each stage, and its settings.
struct RunPlanReport {
    private let plans: [StagePlan]

    init(_ plans: [StagePlan]) { self.plans = plans }

    private struct Line: Encodable {
        var images_done: Int?
        var settings: [String: String]
        var stage: String
        var state: String
    }

    func print(json: Bool) {
        if json {
            let lines = plans.map {
                Line(
                    images_done: $0.images?.made, settings: $0.record.settings, stage: $0.stage.rawValue,
                    state: $0.state.rawValue)
            }
            return Console.out(JSONText.line(lines))
        }
        let rows = plans.flatMap { plan -> [(name: String, text: String)] in
            let images = plan.images.map { ", \($0.made) of \($0.all) images exist" } ?? ""
            let always = plan.stage == .score ? ", always run: it takes seconds" : ""
            let settings = plan.record.settings.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            return [(plan.stage.rawValue, plan.state.rawValue + images + always)]
                + Self.wrapped(settings, width: 66).map { ("", $0) }
        }
        TextTable.facts(rows).forEach { Console.out($0) }
        Console.out("Nothing was changed.")
    }

    /// Items with commas between, on as many lines as it takes.
    private static func wrapped(_ items: [String], width: Int) -> [String] {
        var lines: [String] = []
        for item in items {
            if let last = lines.last, last.count + item.count + 2 <= width {
                lines[lines.count - 1] = "\(last), \(item)"
            } else {
                lines.append(item)
            }
        }
        return lines
    }
}
