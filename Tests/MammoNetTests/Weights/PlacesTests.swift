import MammoGraph
import MammoNet
import TestSupport
import Testing

@Suite("Where a network is in a file")
struct PlacesTests {
    private static func tensors() throws -> [SafetensorsWriter.Tensor] {
        try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors"))).tensors
    }

    private static func named(
        _ tensors: [SafetensorsWriter.Tensor], _ change: (String) -> String
    ) -> [SafetensorsWriter.Tensor] {
        tensors.map { .init(name: change($0.name), shape: $0.shape, values: $0.values, isInteger: $0.isInteger) }
    }

    private static func weights(
        _ tensors: [SafetensorsWriter.Tensor], ema: Bool = true, metadata: [String: String] = [:]
    ) throws -> ModelWeights {
        try ModelWeights(
            try WeightsFile(SafetensorsWriter.bytes(tensors, metadata: metadata), path: "w"), ema: ema)
    }

    @Test(
        "Any prefix is taken off, in any order and number",
        arguments: [
            "module.", "_orig_mod.", "model.", "net.", "backbone.", "encoder.", "module.model.", "model.module.",
            "model._orig_mod.module.net.", "encoder.backbone.encoder.", "student.visual.trunk.",
        ])
    func prefixes(_ prefix: String) throws {
        let ours = try Self.tensors()
        let read = try Self.weights(Self.named(ours) { prefix + $0 })
        for tensor in ours { #expect(read.values(of: tensor.name) == tensor.values) }
    }

    @Test("Wrappers within a name are taken out, and whole numbers beside parameters ignored")
    func wrappers() throws {
        let ours = try Self.tensors()
        let counter = SafetensorsWriter.Tensor(name: "n_averaged", shape: [], values: [7], isInteger: true)
        let wrapped = Self.named(ours) { $0.replacing("features.", with: "features.module.") } + [counter]
        let read = try Self.weights(wrapped)
        #expect(read.notes == [])
        for tensor in ours { #expect(read.values(of: tensor.name) == tensor.values) }
    }

    @Test("Features alone are a network without a head, by torchvision's and by timm's names")
    func features() throws {
        let features = try Self.tensors().filter { $0.name.hasPrefix("features.") }
        for prefix in ["features.", "", "0.", "backbone.body."] {
            let read = try Self.weights(Self.named(features) { prefix + $0.dropFirst("features.".count) })
            #expect(!read.hasHead && read.values(of: "features.0.0.weight") == features[0].values)
        }
        let timm = try Self.weights(
            Self.named(features) { name in
                name.hasPrefix("features.0.") ? name.replacing("features.0.", with: "stem_") : name
            })
        #expect(!timm.hasHead)
    }

    @Test("Averages are preferred, and the others where they are asked for")
    func averages() throws {
        let ours = try Self.tensors()
        let others = ours.map {
            SafetensorsWriter.Tensor(name: $0.name, shape: $0.shape, values: $0.values.map { -$0 })
        }
        let both = Self.named(ours) { "model." + $0 } + Self.named(others) { "ema_model.module." + $0 }
        let name = ours[0].name
        #expect(try Self.weights(both).values(of: name) == others[0].values)
        #expect(try Self.weights(both, ema: false).values(of: name) == ours[0].values)
        #expect {
            _ = try Self.weights(Self.named(others) { "ema_model.module." + $0 }, ema: false)
        } throws: {
            "\($0)".contains("has averaged weights alone") && "\($0)".contains("leave --no-ema out")
        }
    }

    @Test("Of two networks that fit, none is chosen; a usual prefix tells which is meant")
    func ambiguous() throws {
        let ours = try Self.tensors()
        #expect {
            _ = try Self.weights(Self.named(ours) { "first." + $0 } + Self.named(ours) { "second." + $0 })
        } throws: {
            "\($0)".contains("has 2 networks (names with 'first.'; names with 'second.')")
        }
        let read = try Self.weights(Self.named(ours) { "teacher." + $0 } + Self.named(ours) { "model." + $0 })
        #expect(read.notes.first == "uses names with 'model.'")
    }

    @Test("Our own checkpoint is its averages, or its parameters")
    func checkpoint() throws {
        let ours = try Self.tensors()
        let moved = ours.map {
            SafetensorsWriter.Tensor(name: $0.name, shape: $0.shape, values: $0.values.map { 2 * $0 })
        }
        let groups = [("parameter", ours), ("mean", ours), ("square", ours), ("average", moved)]
        let all = groups.flatMap { group, tensors in Self.named(tensors) { "\(group).\($0)" } }
        let metadata = ["mammo-checkpoint": #"{"mean":[0.5,0.5,0.5],"deviation":[0.25,0.25,0.25],"progress":{}}"#]
        let averaged = try Self.weights(all, metadata: metadata)
        #expect(averaged.values(of: ours[0].name) == moved[0].values)
        #expect(averaged.metadata.normalisation?.mean == [0.5, 0.5, 0.5])
        #expect(averaged.notes.first?.contains("--no-ema selects the others: parameter") == true)
        #expect(try Self.weights(all, ema: false, metadata: metadata).values(of: ours[0].name) == ours[0].values)
        #expect(averaged.architecture.pooling == .mean)
        let pooled = try Self.weights(all, metadata: ["mammo-checkpoint": #"{"pool":"max","progress":{}}"#])
        #expect(pooled.architecture.pooling == .maximum && pooled.metadata.normalisation == nil)
        let plain = try Self.weights(all.filter { !$0.name.hasPrefix("average.") }, metadata: metadata)
        #expect(plain.values(of: ours[0].name) == ours[0].values && plain.notes == ["uses parameter"])
    }

    @Test("Two classes become the second's logit less the first's")
    func classes() throws {
        var tensors = try Self.tensors().filter { !$0.name.hasPrefix("classifier.2.") }
        let weights = (0..<128).map { Float($0) / 64 }
        tensors.append(.init(name: "classifier.2.weight", shape: [2, 64], values: weights))
        tensors.append(.init(name: "classifier.2.bias", shape: [2], values: [0.25, 1]))
        var read = try Self.weights(tensors)
        #expect(read.architecture.outputs == 2 && read.notes.count == 1)
        try read.requireLogit()
        #expect(read.architecture.outputs == 1 && read.values(of: "classifier.2.bias") == [0.75])
        #expect(read.values(of: "classifier.2.weight") == [Float](repeating: 1, count: 64))
    }

    @Test("One channel's weights are the first of three, and normalised by the means of mean and deviation")
    func oneChannel() throws {
        var tensors = try Self.tensors()
        let stem = tensors[0]
        tensors[0] = .init(name: stem.name, shape: [8, 1, 4, 4], values: Array(stem.values.prefix(128)))
        let read = try Self.weights(tensors, metadata: ["mean": "0.1,0.2,0.6", "std": "0.2,0.2,0.5"])
        let spread = read.values(of: stem.name)
        #expect(spread.count == 384)
        for output in 0..<8 {
            #expect(Array(spread[48 * output..<48 * output + 16]) == Array(stem.values[16 * output..<16 * output + 16]))
            #expect(spread[48 * output + 16..<48 * (output + 1)].allSatisfy { $0 == 0 })
        }
        #expect(read.metadata.normalisation?.mean == [0.3, 0.3, 0.3])
        #expect(read.metadata.normalisation?.deviation == [0.3, 0.3, 0.3])
        let again = try Self.weights(read.tensors, metadata: read.completeMetadata.texts)
        #expect(again.values(of: stem.name) == spread && again.metadata.normalisation == read.metadata.normalisation)
    }

    @Test("What is no tensor is said only where one is needed")
    func unread() throws {
        var tensors = try Self.tensors()
        tensors[3] = .init(
            name: tensors[3].name, shape: tensors[3].shape, values: tensors[3].values.map { $0.rounded() },
            isInteger: true)
        #expect {
            _ = try Self.weights(tensors)
        } throws: {
            "\($0)".contains("\(tensors[3].name) has values of type I64, expected floating point")
        }
    }
}
