import Foundation
import MammoData
import TestSupport
import Testing

@Suite("mammo run", .serialized)
struct RunCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let lines = [
        "images": Fixtures.path("train_images"), "csv": Fixtures.path("train.csv"), "size": "128x64", "folds": "2",
        "tta": "hflip", "weights": Fixtures.path("micro/weights.safetensors"), "arch": "micro", "epochs": "2",
        "batch_size": "3", "lr": "1e-3",
    ]
    private static let test = ["test_images": Fixtures.path("train_images"), "test_csv": Fixtures.path("train.csv")]

    /// Writes a settings file of the demo set with changes, and returns its path.
    private func settings(_ out: String, _ changes: [String: String] = [:]) throws -> String {
        let lines = Self.lines.merging(["out": "\(folder.path)/\(out)"]) { $1 }.merging(changes) { $1 }
        let text = lines.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
        return try folder.write(text, to: "\(out).yaml")
    }

    /// The bytes of what a run makes, but for what says how long it took, and for records of the machine.
    private func results(_ out: String, timed: Bool = false) throws -> [String: [UInt8]] {
        let root = "\(folder.path)/\(out)"
        let all = try FileManager.default.subpathsOfDirectory(atPath: root).filter { !Files.isFolder("\(root)/\($0)") }
        let kept = all.filter {
            timed || $0.hasSuffix(".png") || $0.hasSuffix(".safetensors") || $0.hasSuffix("images.csv")
                || ["folds/folds.csv", "validation.csv", "run/validation.csv", "predictions.csv", "submission.csv"]
                    .contains($0)
                || ["score.json", "run/last.checkpoint"].contains($0)
        }
        return Dictionary(uniqueKeysWithValues: try kept.map { ($0, try Files.read("\(root)/\($0)")) })
    }

    @Test("All stages, then nothing a second time; the results are listed")
    func twice() throws {
        let config = try settings("out", Self.test)
        let plan = try Tool.run(["run", config, "--dry-run"])
        #expect(plan.status == 0 && plan.error == "", "\(plan.error)")
        #expect(try folder.names() == ["out.yaml"])
        #expect(plan.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        for stage in ["split", "train", "infer", "submission"] {
            #expect(plan.output.contains(try Regex("(?m)^\(stage) +to do$")), "\(plan.output)")
        }
        #expect(plan.output.contains("preprocess  to do, 0 of 18 images exist"))

        let first = try Tool.run(["run", config])
        #expect(first.status == 0, "\(first.error)")
        let out = "\(folder.path)/out"
        let names = first.output.split(separator: "\n").map { $0.split(separator: " ")[0] }
        #expect(
            names == ["best", "threshold", "weights", "training", "report", "predictions", "images", "submission"])
        #expect(first.output.contains(/best F1 +[0-9.]+ of breasts in fold 0, which was not trained on\n/))
        let paths = first.output.split(separator: "\n").dropFirst(2).compactMap { $0.split(separator: " ").last }
        for path in paths { #expect(path.hasPrefix(out) && FileManager.default.fileExists(atPath: String(path))) }
        let submission = try Files.read("\(out)/submission.csv").split(separator: UInt8(ascii: "\n"))
        #expect(submission.count == 13)
        // Only the fold that was left out is predicted.
        let folds = String(decoding: try Files.read("\(out)/folds/folds.csv"), as: UTF8.self).split(separator: "\n")
        let validation = try Files.read("\(out)/images.csv").split(separator: UInt8(ascii: "\n"))
        #expect(validation.count == folds.count { $0.hasSuffix(",0") } + 1)

        // All but the report of scores, which has no time in it, and their JSON.
        let before = try results("out", timed: true)
        let second = try Tool.run(["run", config, "--quiet"])
        #expect(second.status == 0 && second.output == first.output)
        #expect(second.error.split(separator: "\n").allSatisfy { $0.contains("warning") }, "\(second.error)")
        let noisy = try Tool.run(["run", config])
        for stage in ["split", "train", "infer", "submission"] {
            #expect(noisy.error.contains("mammo run: \(stage): done before\n"))
        }
        #expect(noisy.error.contains("0 of 18 images written") && noisy.error.contains("18 done before"))
        #expect(try results("out", timed: true) == before)
        let done = try Tool.run(["run", config, "--dry-run", "--json"])
        struct Line: Decodable { var stage, state: String }
        let lines = try JSONDecoder().decode([Line].self, from: Data(done.output.utf8))
        #expect(lines.map(\.state) == ["done", "done", "done", "done", "to do", "done"])

        struct Results: Decodable {
            var fold: Int
            var incomplete: [String]
            var best_f1, threshold: Double
            var submission: String
        }
        let json = try Tool.run(["run", config, "--json"])
        let found = try JSONDecoder().decode(Results.self, from: Data(json.output.utf8))
        #expect(found.fold == 0 && found.incomplete == [] && found.submission == "\(out)/submission.csv")
        #expect(first.output.contains("\(found.best_f1) of breasts"))
        #expect(first.output.contains("\(found.threshold), chosen"))
    }

    @Test("Killed in preprocess, train, infer and submission: the same bytes as an undisturbed run")
    func killed() throws {
        let changes = ["tta": "hflip+vflip", "checkpoint_minutes": "0"].merging(Self.test) { $1 }
        let whole = try Tool.run(["run", try settings("whole", changes), "--quiet"])
        #expect(whole.status == 0, "\(whole.error)")
        let config = try settings("killed", changes)
        // Steps and images are counted by stage: twelve images are more than infer has left, and fewer than submission has.
        for moment in ["image:5", "step:3", "image:2", "image:12"] {
            let run = try Tool.run(["run", config, "--quiet"], environment: ["MAMMO_TEST_SIGNAL": "KILL:\(moment)"])
            #expect(run.status == SIGKILL, "\(moment): \(run.error)")
            let begun = try Tool.run(["run", config, "--dry-run"])
            #expect(begun.status == 0 && begun.output.contains("will resume"), "\(moment): \(begun.output)")
        }
        let last = try Tool.run(["run", config])
        #expect(last.status == 0, "\(last.error)")
        #expect(last.error.contains("mammo run: submission: resuming") && last.error.contains("done before"))
        let (expected, found) = (try results("whole"), try results("killed"))
        #expect(expected.count > 25 && expected.keys.sorted() == found.keys.sorted())
        for (name, bytes) in expected { #expect(found[name] == bytes, "\(name)") }
    }

    @Test("Ctrl-C finishes the step under way with status 130, and the next run goes on; one at a time in a folder")
    func interrupted() throws {
        let config = try settings("out", ["epochs": "2000"])
        let run = try Tool.run(["run", config], environment: ["MAMMO_TEST_SIGNAL": "INT:step:3"])
        #expect(run.status == 130 && run.output == "", "\(run.error)")
        #expect(run.error.contains("mammo train: finishing the current step, then writing a checkpoint\n"))
        // What preprocess would say is not said of training.
        #expect(!run.error.contains("finishing the images"))
        #expect(run.error.hasSuffix("mammo run: interrupted in train; the same command resumes the run\n"))
        let lock = try FolderLock("\(folder.path)/out/stages", busy: "")
        let other = try Tool.run(["run", config])
        lock.release()
        #expect(other.status == 1 && other.error.contains("another mammo run is using it"), "\(other.error)")
        let again = try Tool.run(["run", config], environment: ["MAMMO_TEST_SIGNAL": "TERM:step:3"])
        #expect(again.status == 130 && again.error.contains("mammo run: train: resuming"), "\(again.error)")
        #expect(again.error.contains("mammo train: resuming after step"))
    }

    @Test("Other settings than those of what is there are refused by key, and nothing is changed")
    func otherSettings() throws {
        #expect(try Tool.run(["run", try settings("out"), "--quiet"]).status == 0)
        let before = try results("out", timed: true)
        let config = try settings("out", ["epochs": "3", "folds": "3", "roi": "robust", "tta": "none"])
        for more in [[], ["--dry-run"]] {
            let other = try Tool.run(["run", config] + more)
            #expect(other.status == 64 && other.output == "", "\(other.error)")
            let lines = other.error.split(separator: "\n")
            #expect(lines.count == 5, "\(other.error)")
            for (line, says) in zip(
                lines,
                [
                    "epochs: found 3, but \(folder.path)/out/run was made with 2; set epochs: 2, name another out, or",
                    "folds: found 3, but", "roi: found robust, but \(folder.path)/out/png was made with otsu",
                    "tta: found none, but", "4 problems in \(config); no stage was started",
                ])
            {
                #expect(line.hasPrefix("mammo run: ") && line.contains(says), "\(line)")
            }
        }
        #expect(try results("out", timed: true) == before)
        // What the message says.
        for name in ["images.csv", "predictions.csv"] {
            try FileManager.default.removeItem(atPath: "\(folder.path)/out/\(name)")
        }
        let flips = try Tool.run(["run", try settings("out", ["tta": "none"]), "--quiet"])
        #expect(flips.status == 0 && flips.output.hasPrefix("best F1"), "\(flips.error)")
        let after = try results("out")
        #expect(after["run/best.safetensors"] == before["run/best.safetensors"])
        #expect(after["images.csv"] != before["images.csv"])
    }

    @Test("An image that fails is named, the rest goes on, and the status is 3, also the next time")
    func someFailed() throws {
        let images = "\(folder.path)/images"
        try FileManager.default.copyItem(atPath: Fixtures.path("train_images"), toPath: images)
        let row = try Fixtures.table("train.csv")[1]
        let name = "\(row["patient_id"] ?? "")/\(row["image_id"] ?? "")"
        try Files.write(Array("no DICOM".utf8), to: "\(images)/\(name).dcm")
        let config = try settings("out", ["images": images, "leave_out_missing": "true"])
        for _ in 0..<2 {
            let run = try Tool.run(["run", config])
            #expect(run.status == 3 && run.output.hasPrefix("best F1"), "\(run.error)")
            #expect(run.error.contains("mammo preprocess: \(images)/\(name).dcm"))
            #expect(run.error.contains("mammo run: preprocess: skipped the inputs named above; continuing"))
        }
        let json = try Tool.run(["run", config, "--json", "--quiet"])
        #expect(json.status == 3 && json.output.contains(#""incomplete":["preprocess""#), "\(json.output)")
        try FileManager.default.removeItem(atPath: images)
        let gone = try Tool.run(["run", config])
        #expect(gone.status == 64 && gone.error.contains(": images: found no folder"), "\(gone.error)")
    }

    @Test("Images FOR PROCESSING are in no stage where the settings leave them out")
    func presentationOnly() throws {
        let images = "\(folder.path)/images"
        try FileManager.default.copyItem(atPath: Fixtures.path("train_images"), toPath: images)
        let row = try ImageTable(path: Fixtures.path("train.csv"), need: .predictions).rows[1]
        try Files.write(
            Files.read(Fixtures.path("for_processing/by-class.dcm")), to: "\(images)/\(row.relativePath)")
        let changes = ["images": images, "test_images": images, "presentation_only": "true"]
        let config = try settings("out", Self.test.merging(changes) { $1 })
        let run = try Tool.run(["run", config])
        #expect(run.status == 0 && run.output.hasPrefix("best F1"), "\(run.error)")
        for line in [
            "mammo run: \(images): 1 of 18 images is FOR PROCESSING (raw, not meant for viewing); left out by "
                + "presentation_only\n",
            "mammo infer: \(images): 1 of 18 images is FOR PROCESSING", "17 of 17 images written to",
        ] { #expect(run.error.contains(line), "\(run.error)") }
        let out = "\(folder.path)/out"
        for (name, lines) in ["presentation.csv": 18, "test-images.csv": 18, "submission.csv": 13] {
            let text = String(decoding: try Files.read("\(out)/\(name)"), as: UTF8.self)
            #expect(text.split(separator: "\n").count == lines && !text.contains(row.imageID), "\(name)")
        }
        #expect(try Manifest.entries(in: "\(out)/png").count == 17)
        let again = try Tool.run(["run", config])
        #expect(again.status == 0 && again.error.contains("mammo run: submission: done before"), "\(again.error)")
        let with = try Tool.run(["run", try settings("out", ["images": images])])
        #expect(with.status == 64 && with.error.contains("presentation_only: found false, but"), "\(with.error)")
    }

    @Test("All problems at once, by file, line and key, before anything is made")
    func problems() throws {
        let config = try settings(
            "out", ["csv": "/gone.csv", "epoch": "3", "frame": "0", "png_level": "99", "lr": "20", "jobs": "0"])
        let run = try Tool.run(["run", config])
        #expect(run.status == 64 && run.output == "" && !Files.isFolder("\(folder.path)/out"))
        let lines = run.error.split(separator: "\n").map { $0.replacing(config, with: "f") }
        #expect(
            lines == [
                "mammo run: f:3: csv: /gone.csv: cannot be read: No such file or directory",
                "mammo run: f:4: 'epoch' is not a key; did you mean epochs?",
                "mammo run: f:7: frame: found 0, expected 1 to 2147483647",
                "mammo run: f:9: jobs: found 0, expected 1 to 1024",
                "mammo run: f:10: lr: found 20.0, expected 1e-12 to 10",
                "mammo run: f:12: png_level: found 99, expected 0 to 12",
                "mammo run: 6 problems in f; no stage was started",
            ], "\(run.error)")
        let device = try Tool.run(["run", try settings("out", ["device": "cuda"]), "--cuda-plugin", "/gone.so"])
        #expect(device.status == 69 && device.error.contains(": device: found cuda, which is not available here"))
        let gone = try Tool.run(["run", "/gone.yaml"])
        #expect(gone.status == 1 && gone.error.contains("mammo run --example prints an example"))
        #expect(try Tool.run(["run"]).status == 64)
        let two = try Tool.shell("OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 mammo run '\(config)'")
        #expect(two.status == 64 && two.output.contains("found 2 processes, expected one"), "\(two.output)")
    }

    @Test(
        "A card trains and predicts, by the plugin that is named", .enabled(if: EmulatedPlugin.built != nil))
    func card() throws {
        let config = try settings("out", ["device": "cuda", "amp": "fp16", "epochs": "1"])
        let run = try Tool.run(["run", config, "--cuda-plugin", EmulatedPlugin.built ?? "", "--quiet"])
        #expect(run.status == 0 && run.output.hasPrefix("best F1"), "\(run.error)")
        func text(_ name: String) throws -> String {
            String(decoding: try Files.read("\(folder.path)/out/\(name)"), as: UTF8.self)
        }
        #expect(try text("run/config.yaml").contains("device: cuda\n"))
        #expect(try text("images.csv.run.json").contains("\"precision\" : \"fp16\""))
    }

    @Test("The help leads with examples of at most 80 columns; --example is a settings file")
    func help() throws {
        let help = try Tool.run(["run", "--help"]).output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(help[2] == "EXAMPLES" && help[3] == "  mammo run --example > run.yaml")
        #expect(help.allSatisfy { $0.count <= 80 || $0.hasPrefix("USAGE") })
        let example = try folder.write(try Tool.run(["run", "--example"]).output, to: "example.yaml")
        let run = try Tool.run(["run", example, "--dry-run"], in: folder.path)
        // Only what is not there is wrong with it.
        let keys = run.error.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst(3).first }
        #expect(run.status == 64 && keys == ["images:", "csv:", "weights:", "problems"], "\(run.error)")
    }
}
