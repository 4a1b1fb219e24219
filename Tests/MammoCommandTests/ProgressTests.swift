import Foundation
import TestSupport
import Testing

@Suite("Progress and failures", .serialized, .tags(.slow))
struct ProgressTests {
    private static let table = ["--images", Fixtures.path("train_images"), "--csv", Fixtures.path("train.csv")]

    /// What a command writes to a terminal of so many columns, where it is piece by piece: between carriage returns.
    private func pieces(columns: Int, _ command: [String]) throws -> [String] {
        let words = command.map { "'\($0)'" }.joined(separator: " ")
        let run = try Tool.shell(#"script -qec "stty cols \#(columns); '\#(Tool.path)' \#(words)" /dev/null"#)
        #expect(run.status == 0, "\(run.output)")
        // By scalars: to Swift a carriage return and a line feed are one character.
        return run.output.unicodeScalars.split { $0 == "\r" || $0 == "\n" }.map { String($0) }
    }

    @Test("A wrong folder is one line, whatever the command", arguments: ["gone", "empty"])
    func wrongFolder(kind: String) throws {
        let folder = try TemporaryFolder()
        let images = kind == "gone" ? "\(folder.path)/gone" : folder.path
        let out = try TemporaryFolder()
        let (csv, weights) = (Fixtures.path("train.csv"), Fixtures.path("micro/weights.safetensors"))
        let commands = [
            ["preprocess", "--images", images, "--csv", csv, "--out", "\(out.path)/png"],
            ["infer", "--weights", weights, "--png-dir", images, "--csv", csv, "--out", "\(out.path)/s.csv"],
            [
                "infer", "--weights", weights, "--dicom-dir", images, "--size", "64x32", "--csv", csv, "--out",
                "\(out.path)/s.csv",
            ],
            ["grid", "--images", images, "--csv", csv, "--out", "\(out.path)/g.png"],
            [
                "train", "--images", images, "--csv", csv, "--weights", "none", "--arch", "micro", "--out",
                "\(out.path)/run",
            ],
        ]
        for command in commands {
            let run = try Tool.run(command)
            #expect(run.status == 1 && run.output.isEmpty, "\(command)")
            #expect(
                run.error.hasPrefix("mammo \(command[0]): \(images): ") && run.error.filter { $0 == "\n" }.count == 1,
                "\(run.error)")
        }
        let names = try out.names()
        #expect(Set(names).isSubset(of: ["run", "png"]), "\(names)")
    }

    @Test("Failures of a kind are named five times and then counted; the one that is different is named")
    func repeatedFailures() throws {
        let (folder, out) = (try TemporaryFolder(), try TemporaryFolder())
        let whole = try Data(contentsOf: URL(filePath: Fixtures.path("train_images/10006/1249812007.dcm")))
        var rows = ["1,0"]
        try FileManager.default.createDirectory(atPath: "\(folder.path)/1", withIntermediateDirectories: true)
        try whole.write(to: URL(filePath: "\(folder.path)/1/0.dcm"))
        for number in 1...12 {
            rows.append("1,\(number)")
            // The last is of another kind.
            let bytes = number < 12 ? whole.prefix(2000 + number) : Data("no mammogram".utf8)
            try bytes.write(to: URL(filePath: "\(folder.path)/1/\(number).dcm"))
        }
        let csv = try folder.write("patient_id,image_id\n" + rows.joined(separator: "\n") + "\n", to: "t.csv")
        let run = try Tool.run([
            "preprocess", "--images", folder.path, "--csv", csv, "--size", "64x32", "--out", out.path, "--jobs", "1",
        ])
        #expect(run.status == 3 && run.output.hasPrefix("1 of 13 images written to "))
        let lines = run.error.split(separator: "\n").map(String.init)
        #expect(lines.count == 7, "\(run.error)")
        #expect(lines.count { $0.contains("/1/12.dcm: ") } == 1)
        #expect(lines.last?.hasPrefix("mammo preprocess: 6 more images failed in the same way, the last: ") == true)
    }

    @Test("On a terminal no line is longer than it is wide, and the bar is gone at the end", arguments: [24, 40, 120])
    func terminal(columns: Int) throws {
        let out = try TemporaryFolder()
        let pieces = try pieces(
            columns: columns,
            ["preprocess"] + Self.table + ["--size", "64x32", "--out", out.path, "--jobs", "1"])
        let erase = "\u{1B}[K"
        let bars = pieces.dropLast().filter { $0.hasPrefix(erase) && $0.count > erase.count }
        #expect(bars.contains { $0.contains("18/18") } || columns < 30, "\(pieces)")
        #expect(bars.allSatisfy { $0.count - erase.count < columns }, "\(bars)")
        #expect(bars.contains { $0.contains("█") } == (columns == 120))
        // Erased, then the summary.
        #expect(pieces.last?.hasPrefix(erase + "18 of 18 images written to ") == true, "\(pieces.suffix(2))")
    }

    @Test("A run prints what it trains before the first step; resumed, it counts the steps that are done")
    func banner() throws {
        let folder = try TemporaryFolder()
        let png = "\(folder.path)/png"
        #expect(try Tool.preprocessDemo(to: png, size: "64x32").status == 0)
        let out = "\(folder.path)/run"
        let command = [
            "train", "--images", png, "--csv", Fixtures.path("train.csv"), "--folds", "2", "--fold", "1", "--weights",
            "none",
            "--arch", "micro", "--batch-size", "3", "--epochs", "2", "--freeze", "1", "--threads", "1", "--out", out,
        ]
        let run = try Tool.run(command)
        let names = [
            "network", "training", "validation", "images", "augmentation", "device", "steps", "memory", "time",
        ]
        let lines = run.error.split(separator: "\n").map(String.init)
        #expect(run.status == 0 && zip(names, lines).allSatisfy { $1.hasPrefix($0 + " ") }, "\(run.error)")
        func text(_ name: String) -> String? {
            lines.first { $0.hasPrefix(name + " ") }.map { String($0.dropFirst(name.count).drop { $0 == " " }) }
        }
        #expect(text("network")?.hasPrefix("ConvNeXt micro, ") == true)
        #expect(text("network")?.hasSuffix(" of them frozen (the first 1 tensor); random weights") == true)
        #expect(text("validation")?.hasSuffix(" with cancer (fold 1 of 2)") == true)
        #expect(text("device")?.hasPrefix("CPU, 1 thread, ") == true)
        let steps = try #require(text("steps"))
        #expect(steps.contains(": 2 epochs of ") && steps.hasSuffix(", batches of 3 images"))
        #expect(try Tool.run(command + ["--force", "--quiet"]).error.isEmpty)

        let all = try #require(steps.split(separator: ":").first.flatMap { Int($0) })
        let pieces = try pieces(columns: 120, ["train", "--resume", out, "--epochs", "3"])
        let total = all / 2 * 3
        #expect(
            pieces.contains { $0.contains(" \(all + 1)/\(total) steps, ") && $0.contains(", epoch 3/3, loss ") },
            "\(pieces)")
        #expect(!pieces.contains { $0.contains(" 1/\(total) steps") })
    }
}
