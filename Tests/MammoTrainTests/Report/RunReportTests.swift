import Foundation
import FoundationXML
import MammoChart
import MammoTrain
import Testing

@Suite("Run report")
struct RunReportTests {
    @Test("One file: six charts, both tables, nothing from elsewhere, names escaped; notes on top")
    func page() throws {
        let run = InventedRun(epochs: 12, stepsPerEpoch: 167)
        var configuration = TrainingConfigurationTests.named
        configuration.images = "<png>&"
        let html = RunReport(
            name: "a<b", configuration: configuration, steps: run.steps, epochs: run.epochs, notes: ["stopped early"]
        ).html
        #expect(html.components(separatedBy: "<svg ").count == 7 && html.components(separatedBy: "<table>").count == 2)
        #expect(
            !html.contains("http:") && !html.contains("https:") && !html.contains("<script") && !html.contains("url("))
        #expect(html.contains("a&lt;b") && html.contains("&lt;png&gt;&amp;") && html.contains("stopped early"))
        #expect(html.contains("prefers-color-scheme: dark") && !html.contains("nan") && html.utf8.count < 400_000)
    }

    @Test("Charts are well-formed and hold no value that is none, at any time of a run", arguments: [0, 1, 2, 30])
    func charts(_ epochs: Int) {
        var run = InventedRun(epochs: max(epochs, 1), stepsPerEpoch: 7)
        if epochs == 0 { (run.steps, run.epochs) = ([run.steps[0]], []) }
        run.steps[0].loss = .nan
        if epochs > 1 { run.epochs[1] = InventedRun.epoch(2, validationLoss: .infinity, area: nil) }
        let charts = RunPlots(steps: run.steps, epochs: run.epochs).all
        #expect(charts.count == (epochs == 0 ? 2 : 6))
        for chart in charts {
            #expect(XMLParser(data: Data(chart.plot.svg.utf8)).parse(), "\(chart.plot.title)")
            #expect(!chart.plot.svg.contains("nan") && !chart.plot.svg.contains("inf"), "\(chart.plot.title)")
        }
        #expect(RunPlots(steps: [], epochs: []).all.isEmpty)
    }

    @Test("Thinning keeps ends and peaks; smoothing keeps a constant and passes over what is none")
    func thinning() {
        var values = [Double](repeating: 1, count: 10_000)
        (values[0], values[5003], values[7777], values[9999]) = (.nan, 9, -9, 2)
        let places = Thinning.extremes(values, stretches: 100)
        #expect(places.count <= 202 && Set(places).isSuperset(of: [1, 5003, 7777, 9999]) && !places.contains(0))
        #expect(Thinning.smoothed([3, .nan, 3, 3], span: 10).allSatisfy { abs($0 - 3) < 1e-12 })
        #expect(Thinning.most([.nan, .infinity]) == 0 && Thinning.most(values) == 1)
    }
}
