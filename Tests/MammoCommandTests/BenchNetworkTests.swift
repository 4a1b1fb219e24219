import Foundation
import MammoCompute
import MammoGraph
import MammoImage
import MammoNet
import TestSupport
import Testing

/// The program that Scripts/peers compares and times with, cards being emulated.
@Suite("bench-network", .serialized, .tags(.slow), .inFullTier, .timeLimit(.minutes(15)))
struct BenchNetworkTests {
    private let folder: TemporaryFolder
    private var card: [String] { ["--device", "cuda", "--cuda-plugin", EmulatedPlugin.built ?? ""] }

    init() throws { folder = try TemporaryFolder() }

    private func bench(_ arguments: String...) throws -> Tool { try bench(arguments) }

    private func bench(_ arguments: [String]) throws -> Tool { try Tool.run(arguments, program: "bench-network") }

    private func lines(_ run: Tool) -> [String] { run.output.split(separator: "\n").map(String.init) }

    /// The tensors of a file by name.
    private func tensors(_ name: String) throws -> [String: [Float]] {
        let file = try WeightsFile(path: "\(folder.path)/\(name)")
        return Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, file.values(of: $0)) })
    }

    /// ‖values − reference‖ / ‖reference‖.
    private func distance(_ values: [Float], _ reference: [Float]) -> Double {
        let error = zip(values, reference).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
        let size = reference.reduce(0.0) { $0 + pow(Double($1), 2) }
        return values.count == reference.count ? (error / size).squareRoot() : .infinity
    }

    @Test("Times the forward pass and training steps on either device", arguments: ["none", "fp16", "bf16"])
    func timing(_ amp: String) throws {
        let micro = ["--arch", "micro", "--size", "64x32", "--batch", "2", "--runs", "2"]
        for (command, columns) in [(["forward"], 1), (["train"], 1), (["train", "--parts", "--recompute"], 4)] {
            let run = try bench(command + micro + card + ["--amp", amp])
            #expect(run.status == 0 && run.error == "", "\(run.error)")
            #expect(lines(run).count == 3 && lines(run).last == "peak unknown", "\(run.output)")
            for line in lines(run).dropLast() {
                let seconds = line.split(separator: " ").compactMap { Double($0) }
                #expect(seconds.count == columns && seconds.allSatisfy { $0 > 0 }, "\(line)")
                if columns > 1 { #expect(abs(seconds[0] - seconds[1] - seconds[2] - seconds[3]) < 1e-6) }
            }
            let other = ["--arch", "efficientnet_v2_micro", "--size", "33x33", "--batch", "2", "--runs", "1"]
            let efficientNet = try bench(command + other + card + ["--amp", amp])
            #expect(efficientNet.status == 0 && lines(efficientNet).count == 2, "\(efficientNet.error)")
            guard amp == "none" else { continue }
            let cpu = try bench(command + micro)
            #expect(cpu.status == 0 && lines(cpu).count == 3)
            #expect(lines(cpu).last?.split(separator: " ").last.flatMap { Int($0) } ?? 0 > 10, "\(cpu.output)")
        }
    }

    @Test(
        "int8 is timed beside fp32, and its logits are near",
        .enabled(if: Int8Kernels.best != nil, "this processor has no AVX-512 VNNI"))
    func int8() throws {
        let options = ["--arch", "micro", "--size", "64x32", "--runs", "2", "--images", "12", "--calibrate", "6"]
        let run = try bench(["int8"] + options)
        #expect(run.status == 0 && run.error == "", "\(run.error)")
        #expect(lines(run).count == 4 && lines(run)[2].hasPrefix("median fp32 "), "\(run.output)")
        // "logits of 12 images: correlation 0.999…"
        let words = lines(run).last?.split(separator: " ") ?? []
        #expect(words.count > 5 && Double(words[5]) ?? 0 > 0.98, "\(run.output)")
    }

    @Test("A card computes the stages and logits that the CPU computes")
    func features() throws {
        let input = Fixtures.path("micro/values.safetensors")
        func features(_ name: String, _ more: [String]) throws -> [String: [Float]] {
            let run = try bench(
                ["features", Fixtures.path("micro/weights.safetensors"), input, "\(folder.path)/\(name)"] + more)
            #expect(run.status == 0, "\(run.error)")
            return try tensors(name)
        }
        let cpu = try features("cpu", [])
        #expect(cpu.keys.sorted() == (0..<8).map { "features.\($0)" } + ["logits"])
        for (amp, least, most) in [("none", 0, 1e-5), ("fp16", 1e-5, 4e-3), ("bf16", 1e-4, 3e-2)] {
            let found = try features(amp, card + ["--amp", amp])
            for (name, values) in cpu {
                let error = distance(found[name] ?? [], values)
                #expect(error >= least && error < most, "\(amp), \(name): \(error)")
            }
        }
    }

    @Test("A card follows the CPU's training; with fp16 by GradScaler's rules")
    func follow() throws {
        func follow(_ name: String, _ more: [String]) throws -> [[Double]] {
            let run = try bench(
                [
                    "follow", Fixtures.path("micro/weights.safetensors"), Fixtures.path("training/batches.safetensors"),
                    "\(folder.path)/\(name)", "--lr", "5e-4", "--gradients", "\(folder.path)/\(name)-gradients",
                ] + more)
            #expect(run.status == 0, "\(run.error)")
            return lines(run).map { $0.split(separator: " ").compactMap { Double($0) } }
        }
        let cpu = try follow("cpu", [])
        let log = try Fixtures.table("training/cosine.csv")
        #expect(cpu.map { $0.count } == log.map { _ in 2 })
        #expect(cpu.map { $0[0] } == log.map { $0["lr"].flatMap(Double.init) ?? .nan })
        // The scale is none of the gradients' that are written.
        for (amp, steps, most) in [("none", 20, 1e-4), ("fp16", 1, 0.01)] {
            let scale = ["--loss-scale", "64"]
            let found = try follow(amp, card + ["--amp", amp] + scale)
            #expect(found.count == 20)
            for (one, other) in zip(found, cpu).prefix(steps) {
                #expect(one[0] == other[0] && abs(one[1] - other[1]) < most * other[1], "\(amp): \(one), \(other)")
            }
            #expect(found.allSatisfy { amp == "none" ? $0.count == 2 : $0.count == 3 && $0[2] == 64 }, "\(found)")
            let expected = try tensors("cpu-gradients")
            #expect(expected.count == 65)
            for (name, values) in try tensors("\(amp)-gradients") {
                #expect(distance(values, expected[name] ?? []) < 10 * most, "\(amp): \(name)")
            }
        }
        // Gradients have no room with this scale: it is halved, and the weights stay as they are.
        let overflowing = try follow("none", card + ["--amp", "fp16", "--loss-scale", "1e30"])
        #expect(zip(overflowing, overflowing.dropFirst()).allSatisfy { $0[2] == 2 * $1[2] }, "\(overflowing)")
        let initial = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        for (name, values) in try tensors("none") { #expect(values == initial.values(of: name), "\(name)") }
    }

    @Test("A card's segments have no share of the CPU's peak")
    func layers() throws {
        let micro = ["--arch", "micro", "--size", "64x32", "--runs", "1"]
        let run = try bench(["layers"] + micro + card)
        #expect(run.status == 0 && run.output.hasPrefix("CUDA 0, emulated device 0, fp32\n"), "\(run.output)")
        // A stem, four stages of blocks and three downsampling layers.
        #expect(lines(run).count == 2 + 8 && lines(run).contains { $0.hasPrefix("features.5.0 ×2\t") })
        let training = try bench(["layers", "--training"] + micro + card + ["--amp", "bf16"])
        #expect(training.status == 0 && lines(training).count == 2 + 8 * 2, "\(training.output)")
    }

    @Test("Random EfficientNets have running statistics with which logits differ, and neither vanish nor grow")
    func normalisedWeights() throws {
        let input = try ImageBatches(
            try WeightsFile(path: Fixtures.path("efficientnet_v2_micro/values.safetensors")), "33x33.input")
        for arch in ["efficientnet_v2_micro", "efficientnet_b0"] {
            let path = "\(folder.path)/\(arch).safetensors"
            let run = try bench("weights", path, "--arch", arch, "--size", "64x33")
            #expect(run.status == 0, "\(run.error)")
            let weights = try ModelWeights(try WeightsFile(path: path))
            #expect(weights.architecture.name == arch && weights.metadata.pooling == .mean)
            let device = CPUDevice(threads: 2)
            let network = try InferenceNetwork(device: device, weights: weights)
            let logits = device.read(try network.logits(try device.tensor(input[0], input.shape)))
            #expect(
                logits.allSatisfy { abs($0) > 1e-3 && abs($0) < 20 } && Set(logits).count == logits.count, "\(logits)")
        }
        let small = try bench("weights", "\(folder.path)/small", "--arch", "efficientnet_v2_micro", "--size", "32x40")
        #expect(small.status == 64 && small.error.contains("expected at least 33x33 for efficientnet_v2_micro"))
        let timed = try bench("forward", "--arch", "efficientnet_v2_micro", "--size", "40x32")
        #expect(timed.status == 64 && timed.error.contains("--size is 40x32, expected at least 33x33"))
    }

    @Test("Random weights are a network's that mammo predicts with, the same bytes for a seed")
    func weights() throws {
        func write(_ name: String, seed: Int) throws -> [UInt8] {
            let path = "\(folder.path)/\(name)"
            let run = try bench("weights", path, "--arch", "micro", "--size", "64x32", "--seed", "\(seed)")
            #expect(run.status == 0, "\(run.error)")
            return Array(try Data(contentsOf: URL(filePath: path)))
        }
        let first = try write("a.safetensors", seed: 1)
        #expect(try write("b.safetensors", seed: 1) == first && write("c.safetensors", seed: 2) != first)
        let weights = try ModelWeights(try WeightsFile(path: "\(folder.path)/a.safetensors"))
        #expect(weights.architecture.name == "micro" && weights.metadata.preprocessing?.rows == 64)
        let scales = weights.values(of: "features.5.1.layer_scale")
        #expect(scales.allSatisfy { (0.1...1).contains($0) } && Set(scales).count == scales.count)

        let png = "\(folder.path)/png"
        let data = ["--csv", Fixtures.path("train.csv")]
        let begin = ["--weights", "\(folder.path)/a.safetensors"]
        let commands = [
            ["preprocess", "--images", Fixtures.path("train_images"), "--size", "64x32", "--out", png, "--quiet"],
            ["infer", "--png-dir", png, "--out", "\(folder.path)/submission.csv", "--quiet"] + begin,
            ["train", "--images", png, "--arch", "micro", "--epochs", "1", "--out", "\(folder.path)/run"] + begin,
        ]
        for command in commands {
            let run = try Tool.run(command + data)
            #expect(run.status == 0, "\(command[0]): \(run.error)")
        }
    }

    @Test("What cannot be is refused, with a status that says why")
    func refusals() throws {
        for (arguments, status, part) in [
            (["--device", "auto"], 64, "expected cpu, cuda or cuda:N"),
            (["--device", "cuda:0,1"], 64, "expected cpu, cuda or cuda:N"),
            (["--amp", "fp16"], 64, "--amp is fp16, expected none"),
            (["--size", "16x64"], 64, "16x64"),
            (["--batch", "0"], 64, "--batch is 0, expected at least 1"),
            (["--device", "cuda", "--cuda-plugin", "\(folder.path)/gone.so"], 69, "gone.so"),
            (card + ["--device", "cuda:9"], 69, "there is no card 9"),
        ] {
            let run = try bench(["forward", "--arch", "micro"] + arguments)
            #expect(run.status == status && run.error.contains(part) && run.output == "", "\(arguments): \(run.error)")
        }
        let wrong = try bench(
            "features", Fixtures.path("micro/weights.safetensors"), Fixtures.path("training/cosine.safetensors"), "x")
        #expect(wrong.status == 1 && wrong.error.contains("no tensor input"), "\(wrong.error)")
    }
}
