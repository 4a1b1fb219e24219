import Foundation
import MammoCompute
import MammoPipeline
import TestSupport
import Testing

@Suite("What mammo run checks before its first stage")
struct RunChecksTests {
    private func problems(_ changes: [String: String?]) throws -> [String] {
        var demo = try Demo()
        for (key, value) in changes { demo.lines[key] = value }
        return RunChecks.problems(in: demo.file, CUDAFiles(plugin: "/nowhere/plugin.so")).map(\.description)
    }

    @Test("The demo's settings are sound")
    func sound() throws { #expect(try problems([:]) == []) }

    @Test(
        "One line for what is wrong: the key, what was found and what was expected",
        arguments: [
            (["images": nil], "r.yaml: images: not given, expected the folder of patient/image.dcm"),
            (["weights": nil], "r.yaml: weights: not given, expected a weights file, or none"),
            (["images": "/nowhere"], ": images: found no folder /nowhere, expected the folder"),
            (["images": Fixtures.root], ": images: 18 of the 18 files that"),
            (["csv": "/nowhere.csv"], ": csv: /nowhere.csv: cannot be read"),
            (["csv": Fixtures.path("images.csv")], ": csv: \(Fixtures.path("images.csv")):1: no column patient_id"),
            (["folds": "100"], ": folds: "), (["fold": "2"], ": fold: found 2, expected 0 to 1 of 2 folds"),
            (
                ["arch": "tiny"],
                ": weights: \(Fixtures.path("micro/weights.safetensors")): is a ConvNeXt micro, expected --arch tiny"
            ),
            (["weights": "/nowhere.pth"], ": weights: /nowhere.pth"),
            (["augment": "hflop"], ": augment: 'hflop' is no"),
            (["size": "16x64"], ": size: found 16x64, expected at least 32x32"),
            (["processes": "4"], ": processes: found 4, expected none"),
            (["min_positives": "9"], ": min_positives: found 9, expected at most the batch_size of 3"),
            (["device": "cuda"], ": device: found cuda, which is not available here: /nowhere/plugin.so"),
            (["test_csv": Fixtures.path("train.csv")], ": test_csv: found no test_images"),
            (["test_images": Fixtures.root], ": test_images: found no test_csv"),
            (
                ["test_images": Fixtures.root, "test_csv": Fixtures.path("train.csv")],
                ": test_images: none of the 18 files that"
            ),
            (["test_images": "/nowhere", "test_csv": "/nowhere.csv"], ": test_images: found no folder /nowhere"),
            (["out": "/proc/nowhere/out"], ": out: found /proc, which cannot be written (/proc/.mammo-run-probe"),
            (["out": Fixtures.path("train.csv") + "/out"], ": out: found a file \(Fixtures.path("train.csv"))"),
        ] as [([String: String?], String)])
    func refusals(_ changes: [String: String?], _ says: String) throws {
        let lines = try problems(changes)
        #expect(lines.contains { $0.contains(says) }, "\(lines)")
        // The last of all has two: neither folder nor table is there.
        #expect(lines.count == (says.hasSuffix("/nowhere") && changes.count == 2 ? 2 : 1), "\(lines)")
        for line in lines { #expect(line.hasPrefix("r.yaml:") && !line.contains("\n")) }
    }

    @Test("Everything at once, one line for a key")
    func together() throws {
        let lines = try problems(["images": "/nowhere", "lr": "20", "fold": "9", "csv": "/gone.csv", "epochs": "x"])
        #expect(lines.count == 5, "\(lines)")
    }

    @Test("Images that are missing are a problem unless they may be, or were made before they went")
    func missing() throws {
        var demo = try Demo()
        let images = "\(demo.folder.path)/images"
        try FileManager.default.copyItem(atPath: Fixtures.path("train_images"), toPath: images)
        let row = try Fixtures.table("train.csv")[4]
        let name = "\(row["patient_id"] ?? "")/\(row["image_id"] ?? "").dcm"
        try FileManager.default.removeItem(atPath: "\(images)/\(name)")
        demo.lines["images"] = images
        let found = RunChecks.problems(in: demo.file, CUDAFiles())
        #expect(found.count == 1 && found[0].key == "images")
        #expect(found[0].reason.hasPrefix("1 of the 18 files that") && found[0].reason.contains("(\(name))"))
        #expect(found[0].reason.hasSuffix("or give leave_out_missing: true to continue without them"))
        demo.lines["leave_out_missing"] = "true"
        #expect(RunChecks.problems(in: demo.file, CUDAFiles()).isEmpty)
    }
}
