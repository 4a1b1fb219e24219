import Foundation
import MammoData
import TestSupport
import Testing

/// `--device` of `infer` and `train`, cards being emulated.
@Suite("Devices of commands", .serialized, .tags(.slow), .inFullTier, .timeLimit(.minutes(15)))
struct DeviceTests {
    private let folder: TemporaryFolder
    private let csv = Fixtures.path("train.csv")
    private let weights = Fixtures.path("micro/weights.safetensors")
    private var plugin: String { EmulatedPlugin.built ?? "" }

    init() throws {
        folder = try TemporaryFolder()
        let made = try Tool.preprocessDemo(to: "\(folder.path)/png", size: "64x32")
        try #require(made.status == 0)
    }

    private func infer(_ name: String, _ more: [String], in environment: String = "") throws -> Tool {
        let own = more.contains("--weights") ? [] : ["--weights", weights]
        let arguments =
            [
                "infer", "--csv", csv, "--png-dir", "\(folder.path)/png", "--out",
                "\(folder.path)/\(name).csv", "--per-image", "\(folder.path)/\(name).images.csv", "--quiet",
            ] + own + more
        return try Tool.shell("\(environment) mammo \(arguments.map { "'\($0)'" }.joined(separator: " "))")
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder.path)/\(name)", encoding: .utf8)
    }

    /// A column of a table as numbers.
    private func numbers(_ name: String, _ column: String) throws -> [Double] {
        let table = try DelimitedText(Files.read("\(folder.path)/\(name)"), path: name)
        let place = try #require(table.header.fields.firstIndex(of: column))
        return table.records.compactMap { Double($0.fields[place]) }
    }

    private func largestDifference(_ one: [Double], _ other: [Double]) -> Double {
        one.count == other.count ? zip(one, other).map { abs($0 - $1) / (1 + abs($1)) }.max() ?? 0 : .infinity
    }

    @Test("infer on a card is infer on the CPU but for rounding; on several cards it is the same to the byte")
    func inference() throws {
        #expect(try infer("cpu", ["--tta", "hflip"]).status == 0)
        let card = try infer(
            "card", ["--device", "cuda", "--tta", "hflip"], in: "export MAMMO_CUDA_PLUGIN='\(plugin)';")
        #expect(card.status == 0, "\(card.output)")
        let logits = try numbers("cpu.images.csv", "logit")
        #expect(logits.count == 18)
        #expect(try largestDifference(numbers("card.images.csv", "logit"), logits) < 1e-5)
        for (choice, batch) in [("cuda:0,1", "2"), ("cuda:2,0,1", "1"), ("cuda:1", "5")] {
            let several = try infer(
                "several",
                [
                    "--device", choice, "--tta", "hflip", "--cuda-plugin", plugin, "--batch-size", batch, "--force",
                ], in: "export MAMMO_CUDA_EMULATED_DEVICES=3;")
            #expect(several.status == 0, "\(several.output)")
            #expect(try text("several.csv") == text("card.csv"))
            #expect(try text("several.images.csv") == text("card.images.csv"))
        }
        for (amp, bound) in [("fp16", 4e-3), ("bf16", 3e-2)] {
            let run = try infer("half", ["--device", "auto", "--amp", amp, "--cuda-plugin", plugin, "--force"])
            #expect(run.status == 0 && run.output.contains("CUDA 0, emulated device 0, \(amp) computes"))
            #expect(try infer("plain", ["--force"]).status == 0)
            let plain = try numbers("plain.images.csv", "logit")
            let difference = try largestDifference(numbers("half.images.csv", "logit"), plain)
            #expect(difference > 0 && difference < bound, "\(amp): \(difference)")
        }
        let other = try infer("half", ["--device", "cuda", "--cuda-plugin", plugin, "--resume"])
        #expect(other.status == 1 && other.output.contains("--amp"), "\(other.output)")
        let single = ["--device", "cuda", "--cuda-plugin", plugin]
        let tensor = try infer("tensor", single + ["--tf32"])
        #expect(tensor.status == 0, "\(tensor.output)")
        let difference = try largestDifference(
            numbers("tensor.images.csv", "logit"), numbers("plain.images.csv", "logit"))
        #expect(difference > 1e-6 && difference < 4e-3, "\(difference)")
        let exact = try infer("tensor", single + ["--resume"])
        #expect(exact.status == 1 && exact.output.contains("--tf32: found true, expected false"), "\(exact.output)")
    }

    @Test("What is missing is named, with how to get it and status 69")
    func missing() throws {
        // Beside this copy there is no plugin.
        let copy = "\(folder.path)/mammo"
        try FileManager.default.copyItem(atPath: Tool.path, toPath: copy)
        let nothing = "unset MAMMO_CUDA_PLUGIN; mammo() { '\(copy)' \"$@\"; };"
        let none = try infer("none", ["--device", "cuda"], in: nothing)
        #expect(none.status == 69 && none.output.contains("no libmammo_cuda.so beside the program"))
        #expect(none.output.contains("Scripts/build-cuda") && none.output.split(separator: "\n").count == 1)
        let auto = try infer("auto", ["--device", "auto", "--amp", "fp16"], in: nothing)
        #expect(auto.status == 0 && auto.output.contains("the CPU computes, without --amp"), "\(auto.output)")
        #expect(try infer("cpu", []).status == 0)
        #expect(try text("auto.csv") == text("cpu.csv"))

        let text = try folder.write("no library", to: "text.so")
        for path in [text, "\(folder.path)/gone.so"] {
            let run = try infer("text", ["--device", "cuda", "--cuda-plugin", path])
            #expect(run.status == 69 && run.output.contains("mammo infer: \(path): "), "\(run.output)")
        }
        let absent = try infer("absent", ["--device", "cuda:0,9", "--cuda-plugin", plugin])
        #expect(absent.status == 69 && absent.output.contains("there is no card 9, expected 0 to"))
        #expect(try !folder.names().contains("absent.csv"))
        for (more, part) in [
            (["--device", "gpu"], "--device is gpu, expected cpu, cuda"),
            (["--amp", "fp16"], "--amp is fp16, expected none"),
            (["--tf32"], "--tf32 is true, expected false: TF32 is for --device cuda"),
            (["--device", "cuda", "--tf32", "--amp", "bf16"], "false: with --amp bf16 all products are of 16 bits"),
        ] {
            let wrong = try infer("wrong", more)
            #expect(wrong.status == 64 && wrong.output.contains(part), "\(wrong.output)")
        }
    }

    private static let cardPlugin = URL(filePath: Fixtures.root).deletingLastPathComponent()
        .appending(path: ".build-cuda/libmammo_cuda.so").path

    /// Scripts/tests/cuda-build makes the plugin, which Scripts/test runs before the tests.
    @Test(
        "The plugin for cards says that there is no driver",
        .enabled(if: FileManager.default.fileExists(atPath: cardPlugin) && access("/dev/nvidiactl", F_OK) != 0))
    func noDriver() throws {
        let run = try infer("none", ["--device", "cuda", "--cuda-plugin", Self.cardPlugin])
        #expect(run.status == 69 && run.output.contains("driver"), "\(run.output)")
        let auto = try infer("auto", ["--device", "auto", "--cuda-plugin", Self.cardPlugin])
        #expect(auto.status == 0 && auto.output.contains("; the CPU computes"), "\(auto.output)")
    }

    private func train(_ run: String, _ more: [String], in environment: [String: String] = [:]) throws -> Tool {
        try Tool.run(
            [
                "train", "--images", "\(folder.path)/png", "--csv", csv, "--folds", "2", "--batch-size", "4", "--lr",
                "1e-3",
                "--augment", "hflip,mixup=0.2",
                "--drop-path", "0.3", "--clip-norm", "1", "--ema", "0.9", "--cuda-plugin", plugin, "--out",
                "\(folder.path)/\(run)",
            ] + (more.contains("--arch") ? [] : ["--weights", weights, "--arch", "micro", "--epochs", "2"]) + more,
            environment: environment)
    }

    /// Compares the run `card` with the run `cpu`, which has to have so many steps at least.
    ///
    /// - Returns: The losses on the CPU.
    private func lossesThatTheCardFollows(steps: Int) throws -> [Double] {
        let losses = try numbers("cpu/steps.csv", "loss")
        #expect(losses.count >= steps)
        #expect(try largestDifference(numbers("card/steps.csv", "loss"), losses) < 1e-4)
        #expect(
            try largestDifference(numbers("card/validation.csv", "logit"), numbers("cpu/validation.csv", "logit"))
                < 1e-3)
        return losses
    }

    @Test("train on a card follows the CPU; in 16 bits and TF32 nearly, and steps.csv has the loss scale")
    func training() throws {
        #expect(try train("cpu", []).status == 0)
        let card = try train("card", ["--device", "cuda"])
        #expect(card.status == 0, "\(card.error)")
        let losses = try lossesThatTheCardFollows(steps: 4)
        let half = try train("half", ["--device", "auto", "--amp", "fp16"])
        #expect(half.status == 0 && half.error.contains("emulated device 0, fp16 computes"), "\(half.error)")
        #expect(try largestDifference([numbers("half/steps.csv", "loss")[0]], [losses[0]]) < 0.01)
        // The first gradients have no room with a scale of 65536: such steps are skipped, and said to be.
        let scales = try numbers("half/steps.csv", "loss_scale")
        #expect(scales.count == losses.count && scales[0] == 65536)
        for (step, (one, next)) in zip(scales, scales.dropFirst()).enumerated() {
            let line = "step \(step + 1) was skipped: its gradients overflow 16 bits with a loss scale of \(one)"
            #expect(next == one || next == one / 2)
            #expect(half.error.contains(line) == (next < one), "\(half.error)")
        }
        #expect(try numbers("cpu/steps.csv", "loss_scale").isEmpty)
        #expect(
            try text("half/config.yaml").contains("device: cuda\n") && text("half/config.yaml").contains("amp: fp16\n"))
        // What was begun on a card goes on there, and on nothing else.
        let other = try Tool.run(["train", "--resume", "\(folder.path)/half", "--device", "cpu", "--amp", "none"])
        #expect(other.status == 64 && other.error.contains("device"), "\(other.error)")
        let tensor = try train("tensor", ["--device", "cuda", "--tf32"])
        #expect(tensor.status == 0 && tensor.error.contains("fp32 with TF32"), "\(tensor.error)")
        #expect(try text("tensor/config.yaml").contains("tf32: true\n"))
        let difference = try largestDifference(numbers("tensor/steps.csv", "loss"), losses)
        #expect(difference > 1e-7 && difference < 0.01, "\(difference)")
        let exact = try Tool.run(["train", "--resume", "\(folder.path)/tensor", "--no-tf32"])
        #expect(exact.status == 64 && exact.error.contains("tf32: found true, asked for false"), "\(exact.error)")
        let dry = try train("dry", ["--device", "cuda", "--dry-run"])
        #expect(dry.status == 0, "\(dry.error)")
        let none = try train("none", ["--device", "cuda", "--cuda-plugin", "\(folder.path)/gone.so"])
        #expect(none.status == 69 && none.error.contains("gone.so"), "\(none.error)")
        #expect(try !folder.names().contains("none"))
    }

    private func fastest(_ algorithm: Int) -> [String: String] { ["MAMMO_CUDA_EMULATED_FASTEST": "\(algorithm)"] }

    /// What a run leaves, without the columns and files that have times.
    private func result(_ run: String) throws -> [[UInt8]] {
        try ["last.checkpoint", "best.safetensors", "validation.csv"].map {
            try Files.read("\(folder.path)/\(run)/\($0)")
        }
    }

    @Test("--tune-products: the fastest algorithm computes; a run that is killed goes on with the algorithms it had")
    func tuning() throws {
        // The batches of all steps are of one size, so that the first epoch has all products.
        let options = ["--device", "cuda", "--drop-path", "0", "--batch-size", "3"]
        let tuned = options + ["--tune-products"]
        func done(_ run: String, _ options: [String], _ fastest: Int) throws -> [[UInt8]] {
            let ended = try train(run, options, in: self.fastest(fastest))
            #expect(ended.status == 0, "\(ended.error)")
            return try result(run)
        }
        let plain = try done("plain", options, 0)
        #expect(try done("other", options, 1) == plain)
        let first = try done("first", tuned, 0)
        let whole = try done("whole", tuned, 1)
        #expect(first[1] == plain[1] && whole[1] != first[1] && whole[2] != first[2])
        #expect(try done("again", tuned, 1) == whole)
        #expect(try text("whole/config.yaml").contains("tune_products: true\n"))

        let steps = try numbers("whole/steps.csv", "step").count
        func killed(_ run: String) throws {
            let signal = ["MAMMO_TEST_SIGNAL": "KILL:step:\(steps / 2 + 1)"].merging(fastest(1)) { $1 }
            let ended = try train(run, tuned, in: signal)
            #expect(ended.status == SIGKILL, "\(ended.error)")
        }
        func resumed(_ run: String, _ environment: [String: String], _ more: [String] = []) throws -> Tool {
            try Tool.run(
                ["train", "--resume", "\(folder.path)/\(run)", "--cuda-plugin", plugin] + more,
                environment: environment)
        }
        try killed("killed")
        let refused = try resumed("killed", [:], ["--no-tune-products"])
        #expect(refused.status == 64 && refused.error.contains("tune_products: found true, asked for false"))
        // Now another algorithm would be the fastest.
        let resumption = try resumed("killed", fastest(2))
        #expect(resumption.status == 0 && !resumption.error.contains("warning"), "\(resumption.error)")
        #expect(try result("killed") == whole)

        try killed("moved")
        let moved = try resumed("moved", fastest(2).merging(["MAMMO_CUDA_EMULATED_CUBLASLT": "120804"]) { $1 })
        let warnings = moved.error.split(separator: "\n").filter { $0.contains("warning: ") }
        #expect(moved.status == 0 && warnings.count == 1, "\(moved.error)")
        #expect(
            warnings.first?.hasSuffix(
                "last.checkpoint: its products' algorithms were timed on emulated device 0 (sm_80) with cuBLASLt 13.1.0, and "
                    + "this is emulated device 0 (sm_80) with cuBLASLt 12.8.4: they are timed again, and the run goes on "
                    + "with other rounding") == true)
        let recorded = String(decoding: try result("moved")[0], as: UTF8.self)
        #expect(recorded.contains("12.8.4") && !recorded.contains("13.1.0"))
        // The words of an algorithm end with its number and zeros.
        #expect(recorded.contains("884,2,0,0") && !recorded.contains("884,1,0,0"))
    }

    @Test("An EfficientNet is trained and used on a card as on the CPU; with --freeze-norm and in 16 bits")
    func efficientNet() throws {
        let begin = ["--weights", Fixtures.path("efficientnet_micro/weights.safetensors"), "--freeze", "32"]
        let network = begin + ["--arch", "efficientnet_micro", "--epochs", "1"]
        #expect(try train("cpu", network).status == 0)
        let card = try train("card", network + ["--device", "cuda", "--recompute"])
        #expect(card.status == 0, "\(card.error)")
        _ = try lossesThatTheCardFollows(steps: 2)
        let half = try train("half", network + ["--device", "cuda", "--amp", "fp16", "--freeze-norm"])
        #expect(half.status == 0, "\(half.error)")
        #expect(try numbers("half/steps.csv", "loss_scale").first == 65536)
        let trained = ["--weights", "\(folder.path)/cpu/best.safetensors"]
        #expect(try infer("cpu", trained).status == 0)
        let found = try infer("card", trained + ["--device", "cuda", "--cuda-plugin", plugin])
        #expect(found.status == 0, "\(found.output)")
        #expect(
            try largestDifference(numbers("card.images.csv", "logit"), numbers("cpu.images.csv", "logit")) < 1e-4)
    }
}
