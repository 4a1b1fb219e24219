import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// Fixtures/checkpoints: written by torch, timm, Lightning, Accelerate and safetensors (Scripts/fixtures/make_checkpoints.py).
@Suite("Checkpoints of other tools")
struct CheckpointTests {
    /// A line of expected.csv.
    struct Expected: Sendable, CustomStringConvertible {
        let file: String
        /// nil: the file has weights of one kind.
        let ema: Bool?
        let hasHead: Bool
        let mean: [Float]
        let deviation: [Float]
        let logits: [Double]

        var description: String { "\(file)\(ema.map { $0 ? ", averaged" : ", not averaged" } ?? "")" }

        init(_ row: [String: String]) {
            func numbers(_ key: String) -> [Float] { (row[key] ?? "").split(separator: " ").compactMap { Float($0) } }
            file = row["file"] ?? ""
            ema = row["ema"] == "" ? nil : row["ema"] == "yes"
            hasHead = row["head"] == "yes"
            (mean, deviation) = (numbers("mean"), numbers("std"))
            logits = ["logit_0", "logit_1"].compactMap { row[$0].flatMap { Double($0) } }
        }

        static let all = ((try? Fixtures.table("checkpoints/expected.csv")) ?? []).map(Expected.init)

        func weights() throws -> ModelWeights {
            try ModelWeights(try WeightsFile(path: Fixtures.path("checkpoints/\(file)")), ema: ema ?? true)
        }
    }

    @Test("All are there")
    func complete() { #expect(Expected.all.count == 16 && Expected.all.allSatisfy { $0.logits.count == 2 }) }

    @Test("Each gives the logits of the tool's own network", arguments: Expected.all)
    func logits(_ expected: Expected) throws {
        var weights = try expected.weights()
        #expect(weights.architecture.name == "micro" && weights.hasHead == expected.hasHead)
        let normalisation = try #require(weights.completeMetadata.normalisation)
        #expect(zip(normalisation.mean, expected.mean).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(zip(normalisation.deviation, expected.deviation).allSatisfy { abs($0 - $1) < 1e-6 })
        if expected.hasHead { try weights.requireLogit() } else { weights.replaceHead(seed: 0) }
        let images = try ImageBatches(try WeightsFile(path: Fixtures.path("checkpoints/image.safetensors")), "gray")
        let values = images[0].flatMap { gray in
            (0..<3).map { (gray - normalisation.mean[$0]) / normalisation.deviation[$0] }
        }
        let device = CPUDevice(threads: 2)
        let shape = Shape(images: 2, rows: images.shape.rows, columns: images.shape.columns, channels: 3)
        var last: [Float] = []
        let logits = try InferenceNetwork(device: device, weights: weights)
            .logits(try device.tensor(values, shape)) { last = device.read($1) }
        // Without a head the fixture has the sum over the last feature map.
        let half = last.count / 2
        let found =
            expected.hasHead
            ? device.read(logits).map(Double.init)
            : [last[..<half], last[half...]].map { $0.reduce(0) { $0 + Double($1) } }
        #expect(zip(found, expected.logits).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) }, "\(found)")
    }

    @Test("What was decided is said, a line each")
    func notes() throws {
        let notes = Dictionary(
            try Expected.all.map { ($0.description, try $0.weights().notes) }, uniquingKeysWith: { first, _ in first })
        #expect(notes["torch.pth"] == [])
        #expect(notes["torch-legacy.pth"] == ["uses net"])
        #expect(notes["torch-averaged-model.pth"] == ["uses weights"])
        #expect(
            notes["timm-last.pth.tar, averaged"] == [
                "uses the averaged weights: state_dict_ema; --no-ema selects the others: state_dict"
            ])
        #expect(
            notes["timm-last.pth.tar, not averaged"] == [
                "uses the weights that are not averaged: state_dict; without --no-ema it is state_dict_ema"
            ])
        #expect(
            notes["lightning.ckpt"] == [
                "uses state_dict, names with 'net.'", "ignores what is beside the network: loss.pos_weight",
            ])
        #expect(notes["lightning-averages.ckpt, averaged"]?.first?.contains("current_model_state") == true)
        #expect(notes["timm-gray.safetensors"]?.first?.contains("takes one channel") == true)
        #expect(notes["torch-objects.pt"]?.last?.contains("class 1 less that of class 0") == true)
        #expect(notes["torch-objects.pt"]?.first == "uses model.net, names with 'encoder.'")
    }

    @Test("A network without a head is refused where a logit is needed")
    func backbone() throws {
        var weights = try #require(Expected.all.first { !$0.hasHead }).weights()
        #expect {
            try weights.requireLogit()
        } throws: {
            "\($0)".contains("has no head") && "\($0)".contains("--new-head")
        }
    }

    @Test("A checkpoint says what it is of")
    func facts() throws {
        let file = try WeightsFile(path: Fixtures.path("checkpoints/timm-last.pth.tar"))
        #expect(file.facts.architecture == "convnext_micro")
        #expect(file.facts["epoch"] == .number(4) && file.facts["args.opt"] == .text("sgd"))
        #expect(file.facts.numbers("args.mean") == [0.4, 0.5, 0.6])
        #expect(file.facts["args.std"] == CheckpointFacts.Value.none && file.facts["args.nothing"] == nil)
        #expect(file.facts.names(within: "args") == ["in_chans", "mean", "model", "opt", "std"])
        let objects = try WeightsFile(path: Fixtures.path("checkpoints/torch-objects.pt")).facts
        #expect(objects.architecture == "convnext_micro" && objects["args.amp"] == CheckpointFacts.Value.none)
        #expect(objects["dtype"] == .other && objects["scores"] == .other && objects["mask"] == nil)
    }

    @Test("Cut off anywhere, a checkpoint is refused", arguments: ["torch-objects.pt", "torch-legacy.pth"])
    func truncated(_ name: String) throws {
        let bytes = try Files.read(Fixtures.path("checkpoints/\(name)"))
        for count in stride(from: 0, to: bytes.count, by: 331) {
            #expect(throws: WeightsError.self) {
                try ModelWeights(try WeightsFile(Array(bytes[..<count]), path: name))
            }
        }
    }
}
