import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// EfficientNets by timm's names: read where something says which network it is, refused everywhere else.
@Suite("timm's EfficientNets")
struct TimmTests {
    /// timm's efficientnet_b0 with the values that Scripts/fixtures/make_names.py gives it.
    private static func b0() throws -> [SafetensorsWriter.Tensor] {
        let network = try #require(Network.named("efficientnet_b0")).with(outputs: 1000)
        let specs = Dictionary(uniqueKeysWithValues: network.entries.map { ($0.name, $0) })
        let lines = try Files.read(Fixtures.path("networks/timm/efficientnet_b0.txt")).split(
            separator: UInt8(ascii: "\n"))
        return try lines.enumerated().map { number, line in
            let names = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
            let spec = try #require(specs[names[1]])
            let shape = spec.shape
            let isNearOne = shape.count == 1 && (names[0].hasSuffix("weight") || names[0].hasSuffix("var"))
            let inputs = shape.count > 1 ? spec.count / shape[0] : 12
            let scale = (3 / Double(inputs)).squareRoot()
            let values: [Float] = (0..<spec.count).map { place in
                guard !shape.isEmpty else { return 0 }
                let step = (place * 7919 + number * 104_729) % 1013
                let value = (Double(step) / 506 - 1) * scale
                return Float(isNearOne ? value + 1 : value)
            }
            return SafetensorsWriter.Tensor(name: names[0], shape: shape, values: values)
        }
    }

    /// A folder with those weights, and a config.json where there is one.
    private static func folder(
        _ config: String?, metadata: [String: String] = [:],
        _ change: (inout [SafetensorsWriter.Tensor]) -> Void = { _ in }
    ) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        var tensors = try b0()
        change(&tensors)
        try Files.write(
            SafetensorsWriter.bytes(tensors, metadata: metadata), to: "\(folder.path)/model.safetensors")
        if let config { _ = try folder.write(config, to: "config.json") }
        return folder
    }

    private static func weights(in folder: TemporaryFolder) throws -> ModelWeights {
        try ModelWeights(try WeightsFile(path: "\(folder.path)/model.safetensors"))
    }

    private static func reason(_ file: @autoclosure () throws -> WeightsFile) -> String {
        do {
            _ = try ModelWeights(try file())
            return "none"
        } catch {
            return "\(error)"
        }
    }

    private static let config = #"{"architecture": "efficientnet_b0", "num_classes": 1000}"#

    @Test("Logits are those of timm's own network")
    func logits() throws {
        let folder = try Self.folder(Self.config)
        let weights = try Self.weights(in: folder)
        #expect(weights.architecture.name == "efficientnet_b0" && weights.architecture.outputs == 1000)
        let golden = try WeightsFile(path: Fixtures.path("networks/timm/efficientnet_b0.safetensors"))
        let input = try ImageBatches(golden, "input")
        let expected = golden.values(of: try golden.entry("logits"))
        for kernels in CPUKernels.available {
            let device = CPUDevice(threads: 2, kernels: kernels)
            let network = try InferenceNetwork(device: device, weights: weights)
            let found = device.read(try network.logits(try device.tensor(input[0], input.shape)))
            #expect(distance(found, expected) < 1e-4, "\(kernels.name)")
        }
        // What is written has torchvision's names, and needs nothing beside it.
        let written = SafetensorsWriter.bytes(weights.tensors, metadata: weights.completeMetadata.texts)
        let again = try ModelWeights(try WeightsFile(written, path: "w"))
        for entry in again.architecture.entries {
            #expect(again.values(of: entry.name) == weights.values(of: entry.name), "\(entry.name)")
        }
    }

    @Test("Normalisation and pooling come from config.json")
    func description() throws {
        let folder = try Self.folder(
            #"{"architecture": "efficientnet_b0", "global_pool": "max", "model_args": {"drop_rate": 0.2},"#
                + #" "pretrained_cfg": {"tag": "ra4", "mean": [0.5, 0.5, 0.25], "std": [0.5, 0.25, 0.5]}}"#)
        let weights = try Self.weights(in: folder)
        #expect(weights.architecture.pooling == .maximum)
        let expected = Normalisation(mean: [0.5, 0.5, 0.25], deviation: [0.5, 0.25, 0.5])
        #expect(weights.completeMetadata.normalisation == expected)
        // What the file itself records comes first.
        let own = try Self.folder(
            #"{"architecture": "efficientnet_b0", "mean": [0.5, 0.5, 0.5], "std": [1, 1, 1]}"#,
            metadata: ["mean": "0,0,0", "std": "1,1,2", "pool": "avg"])
        #expect(
            try Self.weights(in: own).metadata.normalisation == Normalisation(mean: [0, 0, 0], deviation: [1, 1, 2]))
        // A generalised mean in the place of timm's pooling, with the file's own word for the architecture.
        let gem = try Self.folder(nil, metadata: ["architecture": "efficientnet_b0"]) {
            $0.append(.init(name: "global_pool.p", shape: [1], values: [2.5]))
        }
        let pooled = try Self.weights(in: gem)
        #expect(pooled.architecture.pooling == .generalisedMean && pooled.values(of: "avgpool.p") == [2.5])
    }

    @Test(
        "Networks that only look the same are refused by name",
        arguments: [
            (nil, "expected timm's config.json beside it"), ("{", "expected timm's config.json beside it"),
            (#"{"architecture": "tf_efficientnet_b0"}"#, "is timm's tf_efficientnet_b0, which pads as TensorFlow does"),
            (#"{"architecture": "efficientnet_b5"}"#, "is timm's efficientnet_b5, which is none of torchvision's"),
            (#"{"architecture": "efficientnetv2_s"}"#, "is timm's efficientnetv2_s, which is none of torchvision's"),
            (
                #"{"architecture": "efficientnet_b1"}"#,
                "is said to be timm's efficientnet_b1, but its tensors are those of efficientnet_b0"
            ),
            (
                #"{"architecture": "efficientnet_b0", "model_args": {"bn_eps": 0.001}}"#,
                "is timm's efficientnet_b0 with bn_eps set"
            ),
            (#"{"architecture": "efficientnet_b0.ra4_e3600_r224_in1k"}"#, "no mean and std are recorded"),
            (
                #"{"architecture": "efficientnet_b0", "global_pool": "catavgmax"}"#,
                "was trained with timm's global_pool 'catavgmax', expected avg or max"
            ),
        ] as [(String?, String)])
    func refused(_ config: String?, _ expected: String) throws {
        let folder = try Self.folder(config)
        let reason = Self.reason(try WeightsFile(path: "\(folder.path)/model.safetensors"))
        #expect(reason.contains(expected) && reason.hasPrefix("\(folder.path)/model.safetensors: "), "\(reason)")
        #expect(!reason.contains("\n"))
    }

    @Test(
        "Checkpoints of timm's training program say what they are",
        arguments: [
            ("tf", "is timm's tf_efficientnet_b0, which pads as TensorFlow does"),
            ("epsilon", "is timm's efficientnet_b0 with bn_eps set"),
            ("padding", "is timm's efficientnet_b0 with pad_type set"), ("tag", "no mean and std are recorded"),
            // A network of one convolution: known to be timm's, and not all there.
            ("plain", "fits no ConvNeXt (state_dict); compared with"),
        ])
    func checkpoints(_ name: String, _ expected: String) throws {
        let reason = Self.reason(try WeightsFile(path: Fixtures.path("networks/timm/\(name).pth")))
        #expect(reason.contains(expected), "\(reason)")
    }

    @Test("A config.json beside a checkpoint gives the normalisation that its arch does not tell")
    func besideCheckpoint() throws {
        for (architecture, expected) in [("b0", "compared with"), ("b1", "no mean and std are recorded")] {
            let folder = try TemporaryFolder()
            let bytes = try Files.read(Fixtures.path("networks/timm/tag.pth"))
            try Files.write(bytes, to: "\(folder.path)/last.pth.tar")
            _ = try folder.write(
                #"{"architecture": "efficientnet_\#(architecture)", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}"#,
                to: "config.json")
            let reason = Self.reason(try WeightsFile(path: "\(folder.path)/last.pth.tar"))
            #expect(reason.contains(expected), "\(reason)")
        }
    }

    @Test("Behind a prefix, without a head, and with a first convolution of one channel the names are timm's too")
    func places() throws {
        let plain = try Self.weights(in: try Self.folder(Self.config))
        let changed = try Self.folder(Self.config) { tensors in
            tensors.removeAll { $0.name.hasPrefix("classifier.") }
            tensors = tensors.map { tensor in
                let isStem = tensor.name == "conv_stem.weight"
                let values = isStem ? (0..<32).flatMap { tensor.values[27 * $0..<27 * $0 + 9] } : tensor.values
                let shape = isStem ? [32, 1, 3, 3] : tensor.shape
                return .init(name: "model.backbone.\(tensor.name)", shape: shape, values: values)
            }
        }
        let weights = try Self.weights(in: changed)
        #expect(weights.architecture.name == "efficientnet_b0" && !weights.hasHead)
        #expect(weights.notes.first == "uses names with 'model.backbone.'")
        let stem = "features.0.0.weight"
        #expect(weights.values(of: stem)[..<9] == plain.values(of: stem)[..<9])
        #expect(weights.values(of: stem)[9..<27].allSatisfy { $0 == 0 })
        #expect(weights.values(of: "features.8.1.bias") == plain.values(of: "features.8.1.bias"))
    }

    @Test("A ConvNeXt's config.json gives its normalisation, and none is needed")
    func convNeXt() throws {
        let plain = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        for (config, expected) in [
            (#"{"architecture": "efficientnet_b0", "mean": [0, 0, 0], "std": [1, 1, 1]}"#, nil),
            ("[]", nil), (#"{"architecture": "convnext_micro_in22k"}"#, nil),
            (
                #"{"architecture": "convnext_micro.clip", "pretrained_cfg": {"mean": [0.5, 0.25, 0], "std": [1, 2, 3]}}"#,
                Normalisation(mean: [0.5, 0.25, 0], deviation: [1, 2, 3])
            ),
        ] as [(String, Normalisation?)] {
            let folder = try TemporaryFolder()
            _ = try folder.write(config, to: "config.json")
            let tensors = plain.tensors.map { tensor in
                var name = tensor.name
                if name.hasPrefix("features.0.") { name = "stem." + name.dropFirst("features.0.".count) }
                return SafetensorsWriter.Tensor(name: name, shape: tensor.shape, values: tensor.values)
            }
            try Files.write(SafetensorsWriter.bytes(tensors, metadata: [:]), to: "\(folder.path)/model.safetensors")
            #expect(try Self.weights(in: folder).metadata.normalisation == expected)
        }
    }
}
