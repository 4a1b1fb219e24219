import Foundation
import TestSupport
import Testing

@Suite("mammo compare", .serialized, .tags(.slow))
struct CompareCommandTests {
    @Test("Two runs: a table, JSON, a page; a folder without a run is named, and the others are compared")
    func runs() throws {
        let folder = try TemporaryFolder()
        let csv = Fixtures.path("train.csv")
        let png = "\(folder.path)/png"
        let made = try Tool.preprocessDemo(to: png, size: "64x32")
        #expect(made.status == 0)
        for (name, rate) in [("a", "1e-3"), ("b", "1e-4")] {
            let run = try Tool.run([
                "train", "--images", png, "--csv", csv, "--folds", "2", "--weights", "none", "--arch", "micro",
                "--batch-size",
                "3", "--epochs", "2", "--lr", rate, "--quiet", "--out", "\(folder.path)/\(name)",
            ])
            #expect(run.status == 0, "\(run.error)")
        }
        let both = ["compare", "\(folder.path)/a", "\(folder.path)/b"]
        let table = try Tool.run(both)
        #expect(table.status == 0 && table.error.isEmpty)
        let lines = table.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines[0] == ["Settings", "that", "differ"] && lines[1] == ["a", "b"]
                && lines[2] == ["lr", "0.001", "0.0001"])
        #expect(lines.contains { $0.first == "best_f1_breast" && $0.count == 3 })

        let page = "\(folder.path)/c.html"
        let json = try Tool.run(both + ["\(folder.path)/none", "--json", "--out", page])
        #expect(
            json.status == 3
                && json.error == "mammo compare: \(folder.path)/none: holds no run: there is no config.yaml\n")
        #expect(json.output.hasPrefix(#"{"differing":["lr"],"runs":[{"metrics":{"average_precision_breast":"#))
        #expect(try String(contentsOfFile: page, encoding: .utf8).components(separatedBy: "<svg ").count == 7)
        #expect(try Tool.run(["compare", "\(folder.path)/none"]).status == 1)
        let wrong = try Tool.run(both + ["--out", "page.txt"])
        #expect(wrong.status == 64 && wrong.error.contains("--out is page.txt, expected a name that ends in .html"))
    }
}
