import Foundation
import MammoCompute
import TestSupport
import Testing

@Suite("mammo infer --precision int8", .timeLimit(.minutes(10)))
struct InferInt8Tests {
    private let folder: TemporaryFolder
    private let weights: String

    init() throws {
        folder = try TemporaryFolder()
        weights = "\(folder.path)/micro.safetensors"
        let made = try Tool.run(["weights", Fixtures.path("micro/weights.pth"), "--out", weights, "--size", "64x32"])
        #expect(made.status == 0, "\(made.error)")
    }

    private func infer(
        _ more: [String] = [], weights: String? = nil, out: String = "s.csv", environment: [String: String] = [:]
    ) throws -> Tool {
        try Tool.run(
            [
                "infer", "--weights", weights ?? self.weights, "--csv", Fixtures.path("train.csv"), "--dicom-dir",
                Fixtures.path("train_images"), "--out", "\(folder.path)/\(out)", "--quiet", "--precision", "int8",
            ] + more, environment: environment)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    @Test(
        "Ranges are made once; the same file gives the same bytes, also after a run that was killed",
        .enabled(if: Int8Kernels.best != nil, "this processor has no AVX-512 VNNI"))
    func ranges() throws {
        let first = try infer(["--int8-images", "5"])
        #expect(first.status == 0, "\(first.error)")
        #expect(first.error.contains("s.int8.json has the ranges of 5 images"))
        let ranges = try text("s.int8.json")
        #expect(try text("s.images.csv.run.json").contains("\"precision\" : \"int8\""))

        let again = try infer(["--int8-ranges", "\(folder.path)/s.int8.json", "--threads", "1"], out: "t.csv")
        #expect(again.status == 0 && again.error.isEmpty, "\(again.error)")
        #expect(try text("t.images.csv") == text("s.images.csv"))

        let killed = try infer(
            ["--int8-ranges", "\(folder.path)/s.int8.json"], out: "k.csv",
            environment: ["MAMMO_TEST_SIGNAL": "KILL:image:7"])
        #expect(killed.status != 0)
        // Other ranges are refused as other weights are; so is fp32.
        let other = try infer(["--int8-ranges", "\(folder.path)/other.json", "--int8-images", "2"], out: "k.csv")
        #expect(other.status == 1 && other.error.contains("--int8-ranges: found SHA-256 "), "\(other.error)")
        let plain = try infer(["--precision", "fp32"], out: "k.csv")
        #expect(plain.status == 1 && plain.error.contains("--precision: found int8, expected fp32"), "\(plain.error)")
        let resumed = try infer(["--int8-ranges", "\(folder.path)/s.int8.json"], out: "k.csv")
        #expect(resumed.status == 0, "\(resumed.error)")
        #expect(try text("k.images.csv") == text("s.images.csv") && text("s.int8.json") == ranges)
    }

    @Test("What does not go with int8 is refused in a line")
    func refusals() throws {
        for (more, expected) in [
            (["--device", "cuda"], "--precision is int8 and --device cuda, expected cpu"),
            (["--kernels", "portable"], "--precision is int8 and --kernels portable, expected"),
            (["--precision", "fp32", "--int8-images", "3"], "--int8-images goes with --precision int8"),
            (["--int8-images", "0"], "--int8-images is 0"),
        ] {
            let run = try infer(more)
            #expect(run.status == 64 && run.error.contains(expected), "\(run.error)")
        }
        let missing = try infer(["--int8-ranges", "\(folder.path)/none/r.json"])
        if Int8Kernels.best == nil {
            #expect(missing.status == 69)
            #expect(missing.error.contains("int8 needs a processor with AVX-512 VNNI, which this one has not"))
        } else {
            #expect(missing.status == 1 && missing.error.contains("none/r.json"), "\(missing.error)")
        }
    }

    @Test(
        "Another network is refused by name",
        .enabled(if: Int8Kernels.best != nil, "this processor has no AVX-512 VNNI"))
    func otherNetwork() throws {
        let path = "\(folder.path)/b0.safetensors"
        let made = try Tool.run(
            ["weights", path, "--arch", "efficientnet_b0", "--size", "64x64"], program: "bench-network")
        #expect(made.status == 0, "\(made.error)")
        let run = try infer(weights: path)
        #expect(run.status == 1)
        #expect(run.error.contains("is of efficientnet_b0, but int8 is for ConvNeXt alone"), "\(run.error)")
    }
}
