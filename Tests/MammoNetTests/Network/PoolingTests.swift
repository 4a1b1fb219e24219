import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// Poolings other than the mean before the heads of both families, against PyTorch (Fixtures/pools).
@Suite("Poolings")
struct PoolingTests {
    /// A network, a pooling, and what PyTorch makes of them.
    struct Golden: Sendable, CustomTestStringConvertible {
        let name: String
        let pooling: Pooling

        var testDescription: String { "\(name), \(pooling.rawValue)" }

        static let all = ["micro", "efficientnet_micro"].flatMap { name in
            [Pooling.maximum, .generalisedMean].map { Golden(name: name, pooling: $0) }
        }

        var file: WeightsFile {
            get throws { try WeightsFile(path: Fixtures.path("pools/\(name)-\(pooling.rawValue).safetensors")) }
        }

        /// The network's weights, with the exponent as a file has it.
        func weights() throws -> ModelWeights {
            let plain = try ModelWeights(try WeightsFile(path: Fixtures.path("\(name)/weights.safetensors")))
            var tensors = plain.tensors
            let file = try file
            if pooling == .generalisedMean {
                tensors.append(.init(name: "avgpool.p", shape: [1], values: file.values(of: try file.entry("p"))))
            }
            let metadata = pooling == .maximum ? ["pool": "max"] : [:]
            return try ModelWeights(try WeightsFile(SafetensorsWriter.bytes(tensors, metadata: metadata), path: "w"))
        }
    }

    /// Every set of the CPU's kernels, and a card whose threads are fibres.
    private static func devices() throws -> [any Device] {
        CPUKernels.available.map { CPUDevice(threads: 2, kernels: $0) } + [try EmulatedPlugin.card()]
    }

    @Test("Logits and heat maps are PyTorch's", arguments: Golden.all)
    func prediction(_ golden: Golden) throws {
        let (file, weights) = (try golden.file, try golden.weights())
        #expect(weights.architecture.pooling == golden.pooling)
        let images = try ImageBatches(file, "input")
        for device in try Self.devices() {
            let network = try InferenceNetwork(device: device, weights: weights)
            var last: Tensor?
            let logits = try network.logits(try device.tensor(images[0], images.shape)) { last = $1 }
            let expected = file.values(of: try file.entry("logits"))
            #expect(distance(try device.read(logits), expected) < 1e-5, "\(device.name)")
            let maps = try GradCAM.maps(of: network, lastStage: try #require(last)).flatMap(\.values)
            #expect(distance(maps, file.values(of: try file.entry("gradcam"))) < 1e-4, "\(device.name)")
        }
    }

    @Test("Gradients are autograd's, the exponent's among them", arguments: Golden.all)
    func gradients(_ golden: Golden) throws {
        let (file, weights) = (try golden.file, try golden.weights())
        let images = try ImageBatches(file, "input")
        let labels = file.values(of: try file.entry("labels"))
        for device in try Self.devices() {
            let network = try TrainingNetwork(weights.architecture, on: device, values: weights.values(of:))
            let tape = try network.forward(try device.tensor(images[0], images.shape))
            #expect(distance(try tape.logits, file.values(of: try file.entry("train.logits"))) < 1e-4, "\(device.name)")
            try network.backward(tape, slopes: BinaryLoss(positiveWeight: 20).mean(tape.logits, labels).slopes)
            var compared = 0
            for parameter in network.architecture.parameters {
                guard let entry = file.tensors.first(where: { $0.name == "grad.\(parameter.name)" }) else { continue }
                let error = distance(try device.read(network.gradients[parameter.name]), file.values(of: entry))
                #expect(error < 1e-4, "\(device.name): \(parameter.name) is off by \(error)")
                compared += 1
            }
            #expect(compared == file.tensors.count { $0.name.hasPrefix("grad.") })
        }
    }

    @Test("Threads change no bit, neither do the other images of a prediction", arguments: Golden.all)
    func sameBits(_ golden: Golden) throws {
        let weights = try golden.weights()
        // More than one part of positions in the last feature map.
        let shape = Shape(images: 2, rows: 650, columns: 580, channels: 3)
        let values: [Float] = (0..<shape.count).map { Float($0 * 7919 % 1013) / 506 - 1 }
        let one = CPUDevice(threads: 1)
        let network = try InferenceNetwork(device: one, weights: weights)
        let both = one.read(try network.logits(try one.tensor(values, shape)))
        let many = CPUDevice(threads: 5)
        let again = try InferenceNetwork(device: many, weights: weights)
        #expect(many.read(try again.logits(try many.tensor(values, shape))) == both)
        var alone = shape
        alone.images = 1
        for image in 0..<2 {
            let own = Array(values[image * alone.count..<(image + 1) * alone.count])
            #expect(one.read(try network.logits(try one.tensor(own, alone))) == [both[image]])
        }
        func gradients(_ device: CPUDevice, recomputes: Bool) throws -> [[Float]] {
            let network = try TrainingNetwork(
                weights.architecture, on: device, recomputes: recomputes, values: weights.values(of:))
            let small = Shape(images: 2, rows: 64, columns: 64, channels: 3)
            let tape = try network.forward(try device.tensor(Array(values.prefix(small.count)), small))
            try network.backward(tape, slopes: [1, -0.5])
            return network.architecture.parameters.map { device.read(network.gradients[$0.name]) }
        }
        let expected = try gradients(one, recomputes: false)
        #expect(try gradients(many, recomputes: false) == expected)
        #expect(try gradients(many, recomputes: true) == expected)
    }

    @Test("Of equal largest values the first one has the gradient, as adaptive_max_pool2d's")
    func ties() throws {
        for device in try Self.devices() { try ties(on: device) }
    }

    private func ties(on device: any Device) throws {
        let channels = 96
        let head = try #require(Network.named("efficientnet_micro")).with(pooling: .maximum).with(dropout: 0).head
        let plan = try device.plan(head)
        // Two images of 20 × 30 positions: all alike but for a later, larger pair in channel 5 of the second.
        let shape = Shape(images: 2, rows: 20, columns: 30, channels: channels)
        var values = [Float](repeating: -2, count: shape.count)
        for position in [400, 500] { values[(600 + position) * channels + 5] = 1 }
        let parameters = [
            try device.tensor([Float](repeating: 0.5, count: channels), Shape(channels: channels)),
            try device.tensor([0.25], Shape(channels: 1)),
        ]
        let made = try plan.forward(
            try device.tensor(values, shape), parameters, Pass(branch: .all(2), keeps: true))
        #expect(try device.read(made.output) == [-95.75, -94.25], "\(device.name)")
        let slopes = try device.tensor([1, 2], Shape(images: 2, channels: 1))
        let gradients = try parameters.map { try device.tensor([Float](repeating: 0, count: $0.shape.count), $0.shape) }
        let input = try plan.backward(
            try #require(made.kept), parameters, slopes, into: gradients, needsInput: true)
        var expected = [Float](repeating: 0, count: shape.count)
        for channel in 0..<channels {
            expected[channel] = 0.5
            expected[(600 + (channel == 5 ? 400 : 0)) * channels + channel] = 1
        }
        #expect(try device.read(try #require(input)) == expected, "\(device.name)")
    }

    @Test("What is not a number stays one in the logits", arguments: Golden.all)
    func notANumber(_ golden: Golden) throws {
        let shape = Shape(images: 2, rows: 64, columns: 64, channels: 3)
        var values = [Float](repeating: 0.5, count: shape.count)
        values[shape.count - 100] = .nan
        for device in try Self.devices() {
            let network = try InferenceNetwork(device: device, weights: try golden.weights())
            let logits = try device.read(try network.logits(try device.tensor(values, shape)))
            #expect(!logits[0].isNaN && logits[1].isNaN, "\(device.name)")
        }
    }

    @Test(
        "On a card an image has the same bits in any batch, and gradients in each run",
        arguments: Golden.all)
    func sameBitsOnACard(_ golden: Golden) throws {
        let card = try EmulatedPlugin.card()
        let head = try golden.weights().architecture.with(dropout: 0).head
        var random = Values(seed: 31)
        let parameters = try head.entries.map { entry in
            try card.tensor(
                entry.count == 1 ? [2.5] : random.array(entry.count, scale: 0.5), Shape(channels: entry.count))
        }
        let channels = head.entries.lazy.map(\.count).max() ?? 0
        // More positions than threads of one block take.
        var shape = Shape(images: 3, rows: 43, columns: 41, channels: channels)
        let values = random.array(shape.count)
        let plan = try card.plan(head)
        let pass = Pass(branch: .all(3), keeps: true)
        func run() throws -> (logits: [Float], gradients: [[Float]]) {
            let gradients = try parameters.map {
                try card.tensor([Float](repeating: 0, count: $0.shape.count), $0.shape)
            }
            let made = try plan.forward(try card.tensor(values, shape), parameters, pass)
            let slopes = try card.tensor([1, -0.5, 2], Shape(images: 3, channels: 1))
            let input = try plan.backward(
                try #require(made.kept), parameters, slopes, into: gradients, needsInput: true)
            return (try card.read(made.output), try (gradients + [try #require(input)]).map { try card.read($0) })
        }
        let (logits, gradients) = try run()
        #expect(try run().gradients == gradients)
        #expect(gradients.allSatisfy { $0.contains { $0 != 0 } })
        shape.images = 1
        for image in 0..<3 {
            let own = Array(values[image * shape.count..<(image + 1) * shape.count])
            let made = try plan.forward(
                try card.tensor(own, shape), parameters, Pass(branch: .all(1), keeps: false))
            #expect(try card.read(made.output) == [logits[image]])
        }
    }

    @Test("The state dict has the exponent between features and classifier; names of timm's modules are known")
    func names() throws {
        for name in ["micro", "efficientnet_micro"] {
            let network = try #require(Network.named(name))
            let pooled = network.with(pooling: .generalisedMean)
            let plain = network.entries.map(\.name)
            let first = try #require(plain.firstIndex { $0.hasPrefix("classifier") })
            #expect(pooled.entries.map(\.name) == plain[..<first] + ["avgpool.p"] + plain[first...])
            #expect(pooled.with(pooling: .mean) == network && pooled.with(outputs: 7).pooling == .generalisedMean)
            #expect(network.with(pooling: .maximum).entries == network.entries)
        }
        let golden = Golden(name: "micro", pooling: .generalisedMean)
        let weights = try golden.weights()
        for timm in ["global_pool.p", "head.global_pool.p"] {
            let tensors = weights.tensors.map { tensor in
                tensor.name == "avgpool.p" ? .init(name: timm, shape: [1], values: tensor.values) : tensor
            }
            let file = try WeightsFile(SafetensorsWriter.bytes(tensors, metadata: [:]), path: "w")
            #expect(try ModelWeights(file).values(of: "avgpool.p") == weights.values(of: "avgpool.p"))
        }
    }

    @Test("Weights record their pooling, and come back with it")
    func metadata() throws {
        for golden in Golden.all {
            let weights = try golden.weights()
            let bytes = SafetensorsWriter.bytes(weights.tensors, metadata: weights.completeMetadata.texts)
            let file = try WeightsFile(bytes, path: "w")
            #expect(file.metadata["pool"] == golden.pooling.rawValue)
            #expect(try ModelWeights(file).architecture == weights.architecture)
        }
        let plain = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        #expect(plain.architecture.pooling == .mean && plain.completeMetadata.texts["pool"] == "avg")
        func reason(_ pool: String, _ tensors: [SafetensorsWriter.Tensor]) -> String {
            do {
                _ = try ModelWeights(
                    try WeightsFile(SafetensorsWriter.bytes(tensors, metadata: ["pool": pool]), path: "w"))
                return "none"
            } catch { return "\(error)" }
        }
        #expect(reason("gem", plain.tensors).contains("avgpool.p is missing"))
        let pooled = try Golden(name: "micro", pooling: .generalisedMean).weights().tensors
        #expect(reason("max", pooled).contains("avgpool.p is extra"))
        // Of a network without a head, the exponent is as needed as with one.
        let features = plain.tensors.filter { !$0.name.hasPrefix("classifier.") }
        #expect(reason("gem", features).contains("avgpool.p is missing"))
        #expect(reason("catavgmax", plain.tensors).contains("metadata's pool is 'catavgmax'"))
    }

    @Test("Another pooling begins with an exponent of 3, a new head keeps the exponent")
    func replaced() throws {
        var plain = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        plain.replacePooling(by: .generalisedMean)
        #expect(plain.values(of: "avgpool.p") == [3] && plain.architecture.pooling == .generalisedMean)
        let golden = Golden(name: "efficientnet_micro", pooling: .generalisedMean)
        var weights = try golden.weights()
        weights.replaceHead(seed: 1)
        #expect(weights.values(of: "avgpool.p") == [2.625])
    }
}
