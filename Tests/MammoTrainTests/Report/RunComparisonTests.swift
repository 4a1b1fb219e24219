import Foundation
import FoundationXML
import MammoChart
import MammoTrain
import Testing

@Suite("Run comparison")
struct RunComparisonTests {
    /// Runs of different lengths and learning rates; the last has not ended its first epoch.
    private func comparison() -> RunComparison {
        let runs = [(3, 1e-3), (5, 1e-4), (0, 1e-4)].enumerated().map { place, run in
            var configuration = TrainingConfigurationTests.named
            (configuration.lr, configuration.seed) = (run.1, 7)
            let made = InventedRun(epochs: max(run.0, 1), stepsPerEpoch: 9)
            return ComparedRun(
                name: place < 2 ? "run" : "a<b", path: "runs/\(place)", configuration: configuration,
                steps: run.0 == 0 ? Array(made.steps.prefix(4)) : made.steps, epochs: run.0 == 0 ? [] : made.epochs)
        }
        return RunComparison(runs)
    }

    @Test(
        "Only settings that differ; runs of one name are told apart by their paths; a figure that is not there yet is a dash"
    )
    func tables() {
        let comparison = comparison()
        #expect(comparison.settings.map(\.key) == ["lr"])
        let tables = comparison.tables
        #expect(tables.map(\.title) == ["Settings that differ", "Metrics, of the best epoch"])
        #expect(tables[0].header == ["", "runs/0", "runs/1", "a<b"])
        #expect(tables[0].rows == [["lr", "0.001", "0.0001", "0.0001"]])
        let rows = Dictionary(uniqueKeysWithValues: tables[1].rows.map { ($0[0], Array($0.dropFirst())) })
        #expect(rows["epochs"] == ["3", "5", "0"] && rows["steps"] == ["27", "45", "4"])
        #expect(rows["validation_loss"]?[2] == "–" && rows["best_f1_breast"]?[0].contains(".") == true)
        let alone = RunComparison([comparison.runs[0]])
        #expect(alone.tables.count == 1 && alone.settings.isEmpty)
    }

    @Test("JSON has the settings that differ, and no key for a figure that is not there")
    func json() throws {
        let text = comparison().json
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["differing"] as? [String] == ["lr"])
        let runs = try #require(object["runs"] as? [[String: Any]])
        #expect(runs.map { $0["run"] as? String } == ["runs/0", "runs/1", "runs/2"])
        #expect((runs[1]["settings"] as? [String: String]) == ["lr": "0.0001"])
        let metrics = runs.map { $0["metrics"] as? [String: Double] ?? [:] }
        #expect(
            metrics[0]["epochs"] == 3 && metrics[0]["validation_loss"] != nil && metrics[2]["validation_loss"] == nil)
    }

    @Test("One page: six charts with a colour for each run, nothing from elsewhere, names escaped")
    func page() {
        let html = comparison().html
        #expect(html.components(separatedBy: "<svg ").count == 7)
        #expect(
            html.contains("a&lt;b") && !html.contains("<script") && !html.contains("nan") && !html.contains("http:"))
        for chart in RunOverlay(comparison().runs).all {
            #expect(XMLParser(data: Data(chart.plot.svg.utf8)).parse(), "\(chart.plot.title)")
            #expect(chart.key.map(\.colour) == ["series0", "series1", "series2"])
        }
        #expect(RunOverlay([]).all.isEmpty)
    }

    @Test("Eight colours, then the same with dashes")
    func colours() {
        let styles = (0..<16).map(SeriesColour.curve)
        #expect(Set(styles).count == 16 && styles[3] == "series series3" && styles[11] == "series series3 dashes")
    }
}
