import Foundation
import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("16 bits a pixel", .timeLimit(.minutes(10)))
struct SixteenBitTests {
    private let folder: TemporaryFolder
    private let csv = Fixtures.path("train.csv")

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    @discardableResult
    private func mammo(_ arguments: [String], status: Int32 = 0) throws -> Tool {
        let run = try Tool.run(arguments)
        #expect(run.status == status, "\(arguments.prefix(2)): \(run.error)")
        return run
    }

    private func preprocess(_ more: [String] = ["--bit-depth", "16"], to out: String = "png") throws {
        try mammo(
            [
                "preprocess", "--images", Fixtures.path("train_images"), "--csv", csv, "--out", path(out), "--size",
                "64x32",
                "--quiet",
            ] + more)
    }

    private func train(_ augment: String, to run: String, status: Int32 = 0) throws -> Tool {
        try mammo(
            [
                "train", "--images", path("png"), "--csv", csv, "--folds", "2", "--weights",
                Fixtures.path("micro/weights.safetensors"), "--arch", "micro", "--batch-size", "6", "--epochs", "1",
                "--augment", augment, "--cache", "ram", "--out", path(run), "--quiet",
            ], status: status)
    }

    @Test("Trained on and predicted, from PNGs and from DICOM files to the same bits, and others than those of 8 bits")
    func wholeWay() throws {
        try preprocess()
        _ = try train("hflip,vflip,cutout,coarse-dropout=1:3:0.1:0.2:0.1:0.2,mixup=0.2", to: "run")
        let weights = path("run/best.safetensors")
        for (source, out) in [
            (["--png-dir", path("png")], "a"), (["--dicom-dir", Fixtures.path("train_images")], "b"),
        ] {
            try mammo(["infer", "--weights", weights, "--csv", csv, "--out", path("\(out).csv"), "--quiet"] + source)
        }
        func text(_ name: String) throws -> String { String(decoding: try Files.read(path(name)), as: UTF8.self) }
        #expect(try text("a.images.csv") == text("b.images.csv"))
        try preprocess([], to: "narrow")
        try mammo([
            "infer", "--weights", weights, "--csv", csv, "--out", path("c.csv"), "--quiet", "--force", "--png-dir",
            path("narrow"), "--heatmap", path("heat"),
        ])
        #expect(try text("c.images.csv") != text("a.images.csv"))
        try mammo([
            "infer", "--weights", weights, "--csv", csv, "--out", path("d.csv"), "--quiet", "--png-dir", path("png"),
            "--heatmap", path("heat"),
        ])
        #expect(try text("d.images.csv") == text("a.images.csv"))
        try mammo(["grid", "--images", path("png"), "--csv", csv, "--out", path("grid.png")])
        try mammo([
            "grid", "--images", path("png"), "--csv", csv, "--augmented", "hflip,mixup", "--out", path("augmented.png"),
        ])
        #expect(try PNGDecoder.decodeGray(Files.read(path("augmented.png"))).depth == .eight)
    }

    @Test("Augmentations that are defined for 8 bits are refused before the first step")
    func refused() throws {
        try preprocess()
        let run = try train("hflip,rotate=15", to: "run", status: 1)
        #expect(run.error.contains("--augment: rotate is for images of 8 bits a pixel, found 16; leave it out"))
        #expect(Files.status(of: path("run/best.safetensors")) == nil)
        let grid = try mammo(
            ["grid", "--images", path("png"), "--csv", csv, "--augmented", "trivial-augment", "--out", path("g.png")],
            status: 1
        )
        #expect(grid.error.contains("trivial-augment is for images of 8 bits a pixel, found 16"), "\(grid.error)")
    }

    @Test("An image with colours is named with what converts it")
    func colours() throws {
        try preprocess([])
        try Files.write(Fixtures.bytes("png/rgb8.png"), to: path("png/10006_1249812007.png"))
        let run = try train("none", to: "run", status: 1)
        #expect(
            run.error.contains(
                "1 of 18 images is not grayscale PNGs of 8 or 16 bits (10006_1249812007.png); the first is RGB with 8 bits"
            ))
    }
}
