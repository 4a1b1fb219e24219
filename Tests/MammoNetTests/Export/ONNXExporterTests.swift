import MammoData
import MammoGraph
import MammoImage
import MammoNet
import TestSupport
import Testing

/// The contract of ONNX files; Scripts/peers/check_onnx.py compares what runtimes compute of them.
@Suite("ONNX files")
struct ONNXExporterTests {
    static let names = ["micro", "efficientnet_micro", "efficientnet_v2_micro"]

    private static func weights(_ name: String) throws -> ModelWeights {
        try ModelWeights(try WeightsFile(path: Fixtures.path("\(name)/weights.safetensors")))
    }

    private static func exported(_ weights: ModelWeights) throws -> ONNXFile {
        let folder = try TemporaryFolder()
        try ONNXExporter.write(weights, to: "\(folder.path)/a.onnx")
        try ONNXExporter.write(weights, to: "\(folder.path)/b.onnx")
        #expect(try Files.read("\(folder.path)/a.onnx") == Files.read("\(folder.path)/b.onnx"))
        #expect(try folder.names() == ["a.onnx", "b.onnx"])
        return try ONNXFile(path: "\(folder.path)/a.onnx")
    }

    @Test("Versions, names and extents are the documented ones", arguments: names)
    func contract(_ name: String) throws {
        let model = try Self.exported(try Self.weights(name))
        #expect(model.formatVersion == 9 && model.operatorSets == ["": 20])
        #expect(model.inputs == ["pixels": ["N", "1", "rows", "columns"]])
        #expect(model.outputs == ["logits": ["N", "1"]])
        var classes = try Self.weights(name)
        classes = try ModelWeights(try WeightsFile(Self.bytes(of: classes, outputs: 7), path: "w"))
        #expect(try Self.exported(classes).outputs == ["logits": ["N", "7"]])
    }

    /// The network with a head of some classes.
    private static func bytes(of weights: ModelWeights, outputs: Int) -> [UInt8] {
        let network = weights.architecture.with(outputs: outputs)
        let tensors = network.entries.map { entry in
            let isHead = network.head.entries.contains(entry) && (entry.role == .weight || entry.role == .bias)
            let values = isHead ? [Float](repeating: 0.5, count: entry.count) : weights.values(of: entry.name)
            return SafetensorsWriter.Tensor(entry, values: values)
        }
        return SafetensorsWriter.bytes(tensors, metadata: [:])
    }

    @Test("Each node takes what comes before it, and each tensor is taken once", arguments: names)
    func order(_ name: String) throws {
        let model = try Self.exported(try Self.weights(name))
        var known = Set(["pixels"]).union(model.tensors.map(\.name))
        #expect(known.count == model.tensors.count + 1)
        for node in model.nodes {
            #expect(known.isSuperset(of: node.inputs), "\(node)")
            for output in node.outputs { #expect(known.insert(output).inserted, "\(output) twice") }
        }
        #expect(known.contains("logits"))
        let taken = model.nodes.flatMap(\.inputs)
        for tensor in model.tensors {
            #expect(taken.filter { $0 == tensor.name }.count == 1, "\(tensor.name)")
            #expect(tensor.values.count == tensor.shape.reduce(1, *), "\(tensor.name)")
        }
    }

    @Test("Batch normalisations are gone, all other values are there", arguments: names)
    func values(_ name: String) throws {
        let weights = try Self.weights(name)
        let model = try Self.exported(weights)
        #expect(model.count(of: "BatchNormalization") == 0 && model.count(of: "Dropout") == 0)
        // A folded batch normalisation leaves a bias for each channel.
        let roles: [ParameterSpec.Role] =
            weights.architecture.hasBatchNorm
            ? [.weight, .bias, .runningMean] : [.weight, .bias, .normWeight, .normBias, .scale]
        let expected = weights.architecture.entries.filter { roles.contains($0.role) }.reduce(0) { $0 + $1.count }
        // 255, three means and three deviations.
        #expect(model.tensors.reduce(0) { $0 + $1.values.count } == expected + 7)
    }

    @Test("ConvNeXt's layers have their operators and values")
    func convNeXt() throws {
        let weights = try Self.weights("micro")
        let model = try Self.exported(weights)
        let blocks = 5
        #expect(model.count(of: "Gelu") == blocks && model.count(of: "MatMul") == 2 * blocks + 1)
        #expect(model.count(of: "LayerNormalization") == blocks + 5 && model.count(of: "Conv") == blocks + 4)
        for node in model.nodes where node.operation == "Gelu" { #expect(node.texts == ["approximate": "none"]) }
        for node in model.nodes where node.operation == "LayerNormalization" {
            #expect(node.integers == ["axis": [-1]] && node.numbers == ["epsilon": 1e-6])
        }
        let stem = try #require(model.nodes.first { $0.operation == "Conv" })
        #expect(
            stem.integers == ["kernel_shape": [4, 4], "strides": [4, 4], "pads": [0, 0, 0, 0], "group": [1]])
        let depthwise = try #require(model.nodes.first { $0.integers["kernel_shape"] == [7, 7] })
        #expect(depthwise.integers["group"] == [8] && depthwise.integers["pads"] == [3, 3, 3, 3])
        func tensor(_ name: String?) throws -> ONNXFile.Tensor {
            try #require(model.tensors.first { $0.name == name })
        }
        #expect(try tensor(stem.inputs[1]).values == weights.values(of: "features.0.0.weight"))
        #expect(try tensor(depthwise.inputs[1]).shape == [8, 1, 7, 7])
        let product = try tensor(model.nodes.first { $0.operation == "MatMul" }?.inputs[1])
        let rows = weights.values(of: "features.1.0.block.3.weight")
        #expect(product.shape == [8, 32] && product.values[1] == rows[8] && product.values[32] == rows[1])
    }

    @Test("EfficientNet's convolutions have their strides, borders and groups")
    func efficientNet() throws {
        let model = try Self.exported(try Self.weights("efficientnet_micro"))
        // Seven blocks with two convolutions of squeeze-and-excitation, of which one does not expand; stem, last, head.
        #expect(model.count(of: "Conv") == 7 * 5 - 1 + 3 && model.count(of: "GlobalAveragePool") == 7 + 1)
        #expect(model.count(of: "MatMul") == 0 && model.count(of: "Transpose") == 0)
        let stem = try #require(model.nodes.first { $0.operation == "Conv" })
        #expect(
            stem.integers == ["kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1], "group": [1]])
        let wide = try #require(model.nodes.first { $0.integers["kernel_shape"] == [5, 5] })
        #expect(wide.integers["strides"] == [2, 2] && wide.integers["pads"] == [2, 2, 2, 2])
        #expect(wide.integers["group"] == [32])
    }

    @Test("Other poolings are GlobalMaxPool, and powers around a mean")
    func poolings() throws {
        for name in ["micro", "efficientnet_micro"] {
            var weights = try Self.weights(name)
            let gates = try Self.exported(weights).count(of: "GlobalAveragePool") - 1
            weights.replacePooling(by: .maximum)
            let largest = try Self.exported(weights)
            #expect(largest.count(of: "GlobalMaxPool") == 1 && largest.count(of: "GlobalAveragePool") == gates)
            #expect(largest.metadata["pool"] == "max")
            weights.replacePooling(by: .generalisedMean)
            let model = try Self.exported(weights)
            #expect(model.metadata["pool"] == "gem" && model.count(of: "GlobalAveragePool") == gates + 1)
            let first = try #require(model.nodes.firstIndex { $0.operation == "Max" })
            let nodes = model.nodes[first..<first + 4]
            #expect(nodes.map(\.operation) == ["Max", "Pow", "GlobalAveragePool", "Pow"])
            let values = nodes.compactMap { node in model.tensors.first { $0.name == node.inputs.last } }
            #expect(values.map(\.values) == [[1e-6], [3], [1 / 3]] && values.allSatisfy { $0.shape == [] })
        }
    }

    @Test("The file says what the weights file says, and the normalisation is its own")
    func metadata() throws {
        var weights = try Self.weights("micro")
        let plain = try Self.exported(weights)
        #expect(plain.metadata["architecture"] == "micro" && plain.metadata["size"] == nil)
        #expect(plain.metadata["weights_sha256"] == weights.file.digest)
        #expect(plain.tensors.prefix(3).map(\.values) == [[255], [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]])
        #expect(plain.nodes.prefix(3).map(\.operation) == ["Div", "Sub", "Div"])
        weights.metadata.normalisation = Normalisation(mean: [0.5, 0.25, 0.125], deviation: [0.5, 0.5, 2])
        weights.metadata.preprocessing = PreprocessParameters(rows: 96, columns: 48)
        weights.metadata.threshold = 0.375
        weights.metadata.others["epoch"] = "3"
        let full = try Self.exported(weights)
        var expected = weights.completeMetadata.texts
        (expected["size"], expected["weights_sha256"]) = ("96x48", weights.file.digest)
        #expect(full.metadata == expected)
        #expect(full.metadata["threshold"] == "0.375" && full.metadata["mean"] == "0.5,0.25,0.125")
        #expect(full.tensors.prefix(3).map(\.values) == [[255], [0.5, 0.25, 0.125], [0.5, 0.5, 2]])
    }
}
