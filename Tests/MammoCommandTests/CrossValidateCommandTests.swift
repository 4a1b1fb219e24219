import Foundation
import MammoData
import MammoImage
import MammoNet
import TestSupport
import Testing

@Suite("mammo cross-validate", .serialized)
struct CrossValidateCommandTests {
    private let folder: TemporaryFolder
    private let png: String

    init() throws {
        folder = try TemporaryFolder()
        png = "\(folder.path)/png"
        let made = try Tool.preprocessDemo(to: png, size: "64x32")
        #expect(made.status == 0, "\(made.error)")
    }

    private func arguments(_ out: String, _ more: [String] = []) -> [String] {
        [
            "cross-validate", "--images", png, "--csv", Fixtures.path("train.csv"), "--folds", "3", "--arch", "micro",
            "--weights", Fixtures.path("micro/weights.safetensors"), "--epochs", "2", "--batch-size", "4", "--lr",
            "1e-3",
            "--checkpoint-minutes", "0", "--out", "\(folder.path)/\(out)",
        ] + more
    }

    /// What has to be the same bytes however often the work was broken off.
    private func results(_ out: String) throws -> [[UInt8]] {
        try ["oof.csv", "ensemble.json", "report.html", "folds.csv"].map { name in
            // The report names the folder.
            let text = String(decoding: try Files.read("\(folder.path)/\(out)/\(name)"), as: UTF8.self)
            return Array(text.replacing(out, with: "cv").utf8)
        }
    }

    private struct Summary: Decodable {
        struct Fold: Decodable {
            var fold: Int
            var count: Int
            var nested_threshold: Double
        }
        var ensemble, oof, report: String
        var folds: [Fold]
        var nested_f1, optimistic_f1, threshold: Double
        var runs: [String]
    }

    @Test("All folds; the results are those of the runs; a second time nothing is trained")
    func whole() throws {
        let plan = try Tool.run(arguments("cv", ["--dry-run"]))
        #expect(plan.status == 0 && plan.output.contains("Nothing was trained."), "\(plan.error)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/cv"))

        let run = try Tool.run(arguments("cv", ["--json"]))
        #expect(run.status == 0, "\(run.error)")
        let summary = try JSONDecoder().decode(Summary.self, from: Data(run.output.utf8))
        #expect(summary.folds.map(\.fold) == [0, 1, 2])
        #expect(summary.optimistic_f1 >= summary.nested_f1)
        #expect(summary.threshold == summary.folds.map(\.nested_threshold).sorted()[1])

        // Every image once, by the fold that did not train on it.
        let rows = try String(contentsOfFile: summary.oof, encoding: .utf8).split(separator: "\n")
        #expect(rows[0] == "patient_id,image_id,prediction_id,label,logit,probability,fold")
        #expect(rows.count == 19 && Set(rows).count == 19)
        let expected = try (0..<3).flatMap { fold in
            try String(contentsOfFile: "\(folder.path)/cv/fold-\(fold)/validation.csv", encoding: .utf8)
                .split(separator: "\n").dropFirst()
        }
        #expect(Array(rows.dropFirst()) == expected)

        let ensemble = try Ensemble(path: summary.ensemble)
        #expect(ensemble.members.map(\.path) == (0..<3).map { "fold-\($0)/best.safetensors" })
        for member in ensemble.members {
            #expect(try SHA256Digest.hex(ofFile: "\(folder.path)/cv/\(member.path)") == member.sha256)
        }
        #expect(ensemble.preprocessing?.rows == 64 && ensemble.threshold.value == summary.threshold)
        let page = try String(contentsOfFile: summary.report, encoding: .utf8)
        for text in ["F1 by fold", "Validation loss", "ROC", "fold-2"] { #expect(page.contains(text)) }

        let before = try results("cv")
        let again = try Tool.run(arguments("cv", ["--json"]))
        #expect(again.status == 0 && again.output == run.output, "\(again.error)")
        #expect(!again.error.contains("training on") && again.error.contains("fold-1: finished"), "\(again.error)")
        #expect(try results("cv") == before)

        let other = try Tool.run(arguments("cv", ["--epochs", "3"]))
        #expect(other.status == 1 && other.error.contains("epochs: found 3, expected 2"), "\(other.error)")
        try infer(summary, ensemble)
    }

    /// An ensemble predicts as its weights do together, and only with the weights that it was made of.
    private func infer(_ summary: Summary, _ ensemble: Ensemble) throws {
        func infer(_ weights: [String], _ out: String) throws -> Tool {
            try Tool.run(
                [
                    "infer", "--png-dir", png, "--csv", Fixtures.path("train.csv"), "--out", "\(folder.path)/\(out)",
                    "--quiet",
                ]
                    + weights.flatMap { ["--weights", $0] })
        }
        let files = ensemble.weights(besides: summary.ensemble)
        #expect(try infer([summary.ensemble], "a.csv").status == 0)
        #expect(try infer(files, "b.csv").status == 0)
        #expect(try Files.read("\(folder.path)/a.csv") == Files.read("\(folder.path)/b.csv"))
        let both = try infer([summary.ensemble, files[0]], "c.csv")
        #expect(both.status == 1 && both.error.contains("is an ensemble, which predicts alone"), "\(both.error)")
        try FileManager.default.removeItem(atPath: files[1])
        try FileManager.default.copyItem(atPath: files[0], toPath: files[1])
        let swapped = try infer([summary.ensemble], "d.csv")
        #expect(
            swapped.status == 1 && swapped.error.contains("fold-1/best.safetensors: has SHA-256"), "\(swapped.error)")
        let none = try infer([Fixtures.path("train.csv")], "e.csv")
        #expect(none.status == 1)
    }

    @Test("Killed at any moment, interrupted, in two processes, fold by fold: the same bytes")
    func broken() throws {
        #expect(try Tool.run(arguments("whole", ["--quiet"])).status == 0)
        let expected = try results("whole")

        // A process of a fold dies with the command that started it, wherever that is.
        for moment in [1, 2, 4, 6] {
            let words = arguments("killed", ["--quiet"]).map { "'\($0)'" }.joined(separator: " ")
            let run = try Tool.shell(
                "mammo \(words) & pid=$!; for ((i = 0; i < 3000; i++)); do "
                    + "[ $(cat '\(folder.path)'/killed/fold-*/steps.csv 2>/dev/null | wc -l) -ge \(2 * moment) ] && break; "
                    + "sleep 0.01; done; kill -9 $pid; wait $pid")
            #expect(run.status == 137 || run.status == 0, "\(run.output)")
        }
        let last = try Tool.run(arguments("killed", ["--quiet"]))
        #expect(last.status == 0, "\(last.error)")
        #expect(try results("killed") == expected)

        let pair = try Tool.run(arguments("pair", ["--devices", "cpu,cpu"]))
        #expect(pair.status == 0 && pair.error.contains("fold-1: training on cpu"), "\(pair.error)")
        #expect(try results("pair") == expected)

        for fold in [2, 0] {
            let one = try Tool.run(arguments("single", ["--fold", "\(fold)", "--quiet"]))
            #expect(one.status == 0 && one.output == "", "\(one.error)")
            #expect(one.error.contains("trainings are not finished"), "\(one.error)")
        }
        let third = try Tool.run(arguments("single", ["--fold", "1", "--quiet"]))
        #expect(third.status == 0 && third.output.contains("ensemble.json"), "\(third.error)")
        #expect(try results("single") == expected)
        let none = try Tool.run(arguments("single", ["--fold", "3"]))
        #expect(none.status == 64 && none.error.contains("--fold is 3, expected 0 to 2 of 3 folds"), "\(none.error)")
    }

    @Test("A fold that fails is named, and the others finish; afterwards it alone is trained again")
    func failed() throws {
        // A checkpoint that is none.
        let run = "\(folder.path)/cv/fold-1"
        #expect(try Tool.run(arguments("cv", ["--fold", "1", "--quiet"])).status == 0)
        try Files.write(Array("nothing".utf8), to: "\(run)/last.checkpoint")
        let first = try Tool.run(arguments("cv"))
        #expect(first.status == 3 && first.output == "", "\(first.error)")
        #expect(first.error.contains("mammo cross-validate: fold-1 failed: mammo train: \(run)/last.checkpoint"))
        #expect(first.error.contains("fold-0: finished") && first.error.contains("fold-2: finished"), "\(first.error)")
        #expect(first.error.contains("1 of 3 trainings failed (fold-1)"), "\(first.error)")
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/cv/oof.csv"))
        try FileManager.default.removeItem(atPath: run)
        let again = try Tool.run(arguments("cv"))
        #expect(again.status == 0 && again.error.contains("fold-1: training"), "\(again.error)")
        #expect(!again.error.contains("fold-0: training"))

        // A finished fold that was given more epochs by hand is not one of these.
        let extended = try Tool.run(["train", "--resume", run, "--epochs", "3", "--quiet"])
        #expect(extended.status == 0, "\(extended.error)")
        let mixed = try Tool.run(arguments("cv"))
        #expect(mixed.status == 1 && mixed.error.contains("\(run): was given 3 epochs, found 2"), "\(mixed.error)")
    }

    @Test("Several seeds of a fold: their logits are averaged, and one seed's folders stay as they are")
    func seeds() throws {
        #expect(try Tool.run(arguments("cv", ["--quiet"])).status == 0)
        let first = try Files.read("\(folder.path)/cv/fold-0/best.safetensors")
        let run = try Tool.run(arguments("cv", ["--quiet", "--seeds", "2", "--json"]))
        #expect(run.status == 0, "\(run.error)")
        #expect(try Files.read("\(folder.path)/cv/fold-0/best.safetensors") == first)
        let ensemble = try Ensemble(path: "\(folder.path)/cv/ensemble.json")
        #expect(ensemble.members.count == 6 && ensemble.folds == 3)
        #expect(ensemble.members[1].path == "fold-0-seed-2/best.safetensors")
        func logits(_ name: String) throws -> [Double] {
            try String(contentsOfFile: "\(folder.path)/cv/\(name)", encoding: .utf8).split(separator: "\n").dropFirst()
                .map { try #require(Double($0.split(separator: ",")[4])) }
        }
        let (one, two) = (try logits("fold-0/validation.csv"), try logits("fold-0-seed-2/validation.csv"))
        let pooled = try logits("oof.csv")
        #expect(one != two)
        for place in one.indices { #expect(abs(pooled[place] - (one[place] + two[place]) / 2) < 1e-6) }
    }

    @Test("A settings file of mammo run names the recipe, an ensemble is calibrated, and its threshold decides")
    func recipe() throws {
        let settings = try folder.write(
            """
            images: dicoms
            csv: \(Fixtures.path("train.csv"))
            out: elsewhere
            size: 64x32
            folds: 2
            fold: 1
            arch: micro
            weights: \(Fixtures.path("micro/weights.safetensors"))
            epochs: 1
            batch_size: 4
            """, to: "recipe.yaml")
        let out = "\(folder.path)/cv"
        let run = try Tool.run(["cross-validate", "--config", settings, "--images", png, "--out", out, "--quiet"])
        #expect(run.status == 0, "\(run.error)")
        #expect(try Ensemble(path: "\(out)/ensemble.json").folds == 2)

        let calibrated = "\(folder.path)/calibrated.json"
        let found = try Tool.run([
            "calibrate", "--predictions", "\(out)/oof.csv", "--weights", "\(out)/ensemble.json", "--out", calibrated,
            "--recall-rate", "0.5", "--method", "isotonic",
        ])
        #expect(found.status == 0, "\(found.error)")
        let infer = try Tool.run([
            "infer", "--weights", calibrated, "--threshold", "weights", "--png-dir", png, "--csv",
            Fixtures.path("train.csv"), "--out", "\(folder.path)/s.csv", "--quiet",
        ])
        #expect(infer.status == 0, "\(infer.error)")
        #expect(infer.error.contains("\(calibrated): scores of breasts are calibrated"), "\(infer.error)")
        #expect(infer.error.contains(/\d+ of 12 breasts are positive, [0-9.]+ %; in training 16.67 % had cancer/))
        let wrong = try Tool.run([
            "calibrate", "--predictions", "\(out)/oof.csv", "--weights", "\(out)/ensemble.json", "--out",
            "e.safetensors",
        ])
        #expect(wrong.status == 64 && wrong.error.contains("expected an ensemble's .json"), "\(wrong.error)")
    }

    @Test("What cannot be is refused before anything is trained")
    func refused() throws {
        let all: [([String], Int32, String)] = [
            (["--devices", "cpu,cuda:0"], 64, "--devices"), (["--devices", "cuda:0,cuda:0"], 64, "--devices"),
            (["--devices", "cpu", "--device", "cpu"], 64, "--devices contradicts --device"),
            (["--seeds", "0"], 64, "--seeds is 0, expected 1 to 1000"), (["--processes", "2"], 64, "--processes"),
            (["--folds", "300"], 1, "300 folds, expected at most"), (["--lr", "-1"], 64, "--lr"),
        ]
        for (more, status, message) in all {
            let run = try Tool.run(arguments("cv", more))
            #expect(run.status == status && run.error.contains(message), "\(more): \(run.status) \(run.error)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/cv/fold-0"))
    }
}
