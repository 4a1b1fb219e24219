import FoundationXML
import Foundation
import MammoChart
import MammoData
import Testing

import MammoScore

@Suite("Report")
struct ReportTests {
    private func evaluation() throws -> Evaluation {
        var options = EvaluationOptions()
        options.resamples = 20
        return try Evaluation(JoinedTablesTests.joined(JoinedTablesTests.images), folds: nil, options: options)
    }

    @Test("One file: six charts, all tables, nothing from elsewhere, names escaped")
    func page() throws {
        let evaluation = try evaluation()
        let html = ReportPage(evaluation, problems: ["a<b"], predictions: "<p>&.csv", labels: "l.csv").html
        #expect(html.components(separatedBy: "<svg ").count == 7)
        #expect(html.components(separatedBy: "<table>").count == evaluation.tables.count + 1)
        #expect(
            !html.contains("http:") && !html.contains("https:") && !html.contains("<script") && !html.contains("url("))
        #expect(html.contains("&lt;p&gt;&amp;.csv") && html.contains("a&lt;b") && !html.contains("<p>&.csv"))
        #expect(html.contains("prefers-color-scheme: dark") && !html.contains("nan"))
    }

    @Test("The worst cases stand in a gallery where there are pictures of them, those without one too")
    func gallery() throws {
        var options = EvaluationOptions()
        (options.worst, options.threshold) = (3, 0.2)
        let evaluation = try Evaluation(
            JoinedTablesTests.joined(JoinedTablesTests.images), folds: nil, options: options)
        func html(_ pictures: [String: [UInt8]]) -> String {
            ReportPage(evaluation, problems: [], predictions: "p.csv", labels: nil, pictures: pictures).html
        }
        #expect(!html([:]).contains("<figure>"))
        let page = html(["10_2.png": [1, 2, 3]])
        #expect(page.contains("<img src=\"data:image/png;base64,AQID\" alt=\"10/2\" title=\"10/2\">"))
        #expect(page.components(separatedBy: "<figure>").count == evaluation.worst.count + 1)
        #expect(page.contains("<b>FP 10_L</b><br>score 0.5000, error 0.5000"))
        #expect(!page.contains("http:") && !page.contains("<script"))
    }

    @Test("Charts are well-formed and stay inside their frame, of one case and of one class too")
    func charts() throws {
        let one = "prediction_id,cancer\n10_L,0\n"
        let tables = [
            try JoinedTablesTests.joined(JoinedTablesTests.images), try JoinedTablesTests.joined(one, partial: true),
        ]
        for table in tables {
            let evaluation = try Evaluation(table, folds: nil, options: EvaluationOptions())
            for (plot, _) in ReportPlots(evaluation).all {
                let parser = XMLParser(data: Data(plot.svg.utf8))
                #expect(parser.parse(), "\(plot.title)")
                #expect(!plot.svg.contains("nan") && !plot.svg.contains("inf"))
                let points = plot.curves.flatMap(\.points) + plot.marks.map(\.at)
                #expect(points.allSatisfy { (0...1).contains($0.x) && (0...1).contains($0.y) })
            }
        }
    }

    @Test("Curves keep their ends and the F score of any threshold")
    func curves() {
        let set = RandomCase(2003, largest: 400).set
        let curves = Curves(Ranking(set), beta: 1)
        for threshold in [0, 0.1, 0.35, 0.999, 1] + set.scores.prefix(20) {
            let calls = Confusion(set, above: threshold)
            #expect(curves.at(threshold).f == calls.f() && curves.at(threshold).recall == calls.recall)
        }
    }

    @Test("JSON has sorted keys, and none for what is not defined")
    func json() throws {
        let json = try evaluation().json(problems: ["x"])
        #expect(json.hasPrefix(#"{"beta":1,"bootstrap":{"asked":20,"#))
        #expect(json.contains(#""problems":["x"]"#) && json.contains(#""unit":"breast""#) && !json.contains("null"))
    }

    @Test("A warning where predictions are far above the base rate, and none where they are not")
    func warning() throws {
        let labels = "prediction_id,cancer\n" + (0..<50).map { "\($0)_L,\($0 == 0 ? 1 : 0)\n" }.joined()
        func warnings(_ value: String) throws -> [String] {
            let text = "prediction_id,cancer\n" + (0..<50).map { "\($0)_L,\(value)\n" }.joined()
            return try Evaluation(
                JoinedTablesTests.joined(text, labels: labels), folds: nil, options: EvaluationOptions()
            ).warnings
        }
        #expect(try warnings("0.3").first?.contains("is 15.0 times the base rate, 2.00 %") == true)
        #expect(try warnings("0.03").isEmpty)
    }
}
