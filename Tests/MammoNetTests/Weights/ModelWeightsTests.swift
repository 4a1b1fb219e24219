import MammoData
import MammoGraph
import MammoImage
import MammoNet
import TestSupport
import Testing

@Suite("Weights of a network")
struct ModelWeightsTests {
    private static func micro() throws -> ModelWeights {
        try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
    }

    /// The network's tensors changed, as a file.
    private static func changed(
        metadata: [String: String] = [:], _ change: (inout [SafetensorsWriter.Tensor]) -> Void
    ) throws -> WeightsFile {
        var tensors = try micro().tensors
        change(&tensors)
        return try WeightsFile(SafetensorsWriter.bytes(tensors, metadata: metadata), path: "w")
    }

    private static func reason(_ file: WeightsFile) -> String {
        do {
            var weights = try ModelWeights(file)
            try weights.requireLogit()
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test("Both formats fit the same network with the same values")
    func fits() throws {
        let torch = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.pth")))
        let safetensors = try Self.micro()
        #expect(torch.architecture.name == "micro" && torch.architecture.outputs == 1)
        for parameter in torch.architecture.parameters {
            #expect(torch.values(of: parameter.name) == safetensors.values(of: parameter.name))
        }
    }

    @Test("Missing, extra and misshapen tensors are named")
    func misfits() throws {
        let missing = try Self.changed { $0.removeAll { $0.name == "features.3.0.block.5.bias" } }
        #expect(Self.reason(missing).contains("features.3.0.block.5.bias is missing"))
        let extra = try Self.changed { $0.append(.init(name: "fc.bias", shape: [1], values: [0])) }
        #expect(Self.reason(extra).contains("fc.bias is extra"))
        let misshapen = try Self.changed {
            $0[0] = .init(name: $0[0].name, shape: [8, 3, 4, 2], values: Array($0[0].values.prefix(192)))
        }
        #expect(Self.reason(misshapen).contains("features.0.0.weight is [8, 3, 4, 2], expected [8, 3, 4, 4]"))
        let twice = try Self.changed { $0.append(.init(name: "module.classifier.2.bias", shape: [1], values: [0])) }
        #expect(Self.reason(twice).contains("two tensors mean the same parameter"))
        let foreign = try WeightsFile(path: Fixtures.path("weights/expected.safetensors"))
        #expect(Self.reason(foreign).contains("fits no ConvNeXt") && Self.reason(foreign).contains("more"))
    }

    @Test("timm's names and shapes are the same network")
    func timm() throws {
        let file = try Self.changed { tensors in
            tensors = tensors.map { tensor in
                var shape = tensor.shape
                if tensor.name.hasSuffix("layer_scale") { shape = [shape[0]] }
                if tensor.name.contains("block.3.weight") { shape += [1, 1] }
                return .init(name: Self.timmName(tensor.name), shape: shape, values: tensor.values)
            }
        }
        #expect(file.tensors.contains { $0.name == "stages.2.blocks.1.mlp.fc2.weight" })
        let (timm, ours) = (try ModelWeights(file), try Self.micro())
        for parameter in ours.architecture.parameters {
            #expect(timm.values(of: parameter.name) == ours.values(of: parameter.name))
        }
    }

    /// timm's name for torchvision's, as timm/models/convnext.py has them.
    private static func timmName(_ name: String) -> String {
        let parts = name.split(separator: ".").map(String.init)
        if parts[0] == "classifier" { return (parts[1] == "0" ? "head.norm." : "head.fc.") + parts[2] }
        let feature = Int(parts[1]) ?? 0
        if feature == 0 { return (["stem"] + parts[2...]).joined(separator: ".") }
        if feature % 2 == 0 {
            return (["stages", "\(feature / 2)", "downsample"] + parts[2...]).joined(separator: ".")
        }
        let block = "stages.\(feature / 2).blocks.\(parts[2])."
        if parts[3] == "layer_scale" { return block + "gamma" }
        let layers = ["0": "conv_dw", "2": "norm", "3": "mlp.fc1", "5": "mlp.fc2"]
        return block + (layers[parts[4]] ?? "") + "." + parts[5]
    }

    @Test("A head of many classes is refused where a trained network is expected, and replaced where one is begun")
    func heads() throws {
        let classes = try Self.changed { tensors in
            tensors.removeAll { $0.name.hasPrefix("classifier.2") }
            tensors.append(
                .init(name: "classifier.2.weight", shape: [10, 64], values: [Float](repeating: 1, count: 640)))
            tensors.append(.init(name: "classifier.2.bias", shape: [10], values: [Float](repeating: 0, count: 10)))
        }
        #expect(Self.reason(classes).contains("head of 10 classes, expected a trained network's one logit"))
        var weights = try ModelWeights(classes)
        #expect(weights.architecture.outputs == 10)
        weights.replaceHead(seed: 5)
        try weights.requireLogit()
        let golden = try WeightsFile(path: Fixtures.path("weights/linear-5.safetensors"))
        for (name, ours) in [("weight", "classifier.2.weight"), ("bias", "classifier.2.bias")] {
            let entry = try #require(golden.tensors.first { $0.name == name })
            #expect(weights.values(of: ours) == golden.values(of: entry))
        }
        #expect(weights.values(of: "classifier.0.weight") == [Float](repeating: 1, count: 64))
    }

    @Test("A new head is torch's to the bit", arguments: [0, 5] as [UInt32])
    func linear(_ seed: UInt32) throws {
        let golden = try WeightsFile(path: Fixtures.path("weights/linear-\(seed).safetensors"))
        let linear = LinearInitialisation(inputs: 64, outputs: 1, seed: seed)
        let values = Dictionary(uniqueKeysWithValues: golden.tensors.map { ($0.name, golden.values(of: $0)) })
        #expect(values == ["weight": linear.weights, "bias": linear.bias])
    }

    @Test("Metadata come back as they were, and what they cannot be is named")
    func metadata() throws {
        var metadata = WeightsMetadata()
        metadata.architecture = "micro"
        metadata.normalisation = .imageNet
        metadata.preprocessing = PreprocessParameters(rows: 512, columns: 256)
        metadata.threshold = 0.35
        metadata.calibration = CalibrationRecord(
            aggregate: .max, map: .platt(slope: 0.5, intercept: -1), threshold: 0.35, goal: "best F1",
            source: .init(files: ["oof.csv"], breasts: 7, positives: 2))
        metadata.others = ["note": "kept"]
        let read = try ModelWeights(try Self.changed(metadata: metadata.texts) { _ in }).metadata
        #expect(read == metadata)
        for (key, value) in [
            ("threshold", "2"), ("mean", "1,2"), ("std", "0,1,1"), ("preprocessing", "{}"), ("architecture", "tiny"),
            ("calibration", "{}"),
        ] {
            var texts = metadata.texts
            texts[key] = value
            #expect(Self.reason(try Self.changed(metadata: texts) { _ in }) != "none", "\(key)")
        }
    }
}
