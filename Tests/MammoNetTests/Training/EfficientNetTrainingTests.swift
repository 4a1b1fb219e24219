import MammoCompute
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// Gradients and twenty steps of two small EfficientNets, against PyTorch's in double precision (Fixtures/*/training).
@Suite(.timeLimit(.minutes(10))) struct EfficientNetTrainingTests {
    /// A fixture's batches and what PyTorch makes of them.
    struct Golden {
        let weights: ModelWeights
        let shape: Shape
        let images: [[Float]]
        let labels: [[Float]]
        private let folder: String

        init(_ name: String) throws {
            folder = "\(name)/training"
            weights = try ModelWeights(try WeightsFile(path: Fixtures.path("\(name)/weights.safetensors")))
            let batches = try WeightsFile(path: Fixtures.path("\(folder)/batches.safetensors"))
            let images = try ImageBatches(batches, "images")
            shape = images.shape
            self.images = (0..<images.count).map { images[$0] }
            let labels = batches.values(of: try batches.entry("labels"))
            self.labels = stride(from: 0, to: labels.count, by: shape.images).map {
                Array(labels[$0..<$0 + images.shape.images])
            }
        }

        func file(_ name: String) throws -> WeightsFile { try WeightsFile(path: Fixtures.path("\(folder)/\(name)")) }

        func rows(_ name: String) throws -> [[String: String]] { try Fixtures.table("\(folder)/\(name)") }

        func network(
            on device: any Device, recomputes: Bool = false, freezesNorms: Bool = false
        ) throws -> TrainingNetwork {
            try TrainingNetwork(
                weights.architecture, on: device, recomputes: recomputes, freezesNorms: freezesNorms,
                values: weights.values(of:))
        }
    }

    static let loss = BinaryLoss(positiveWeight: 20)

    /// The gradients and the running statistics after one batch, by name.
    private func values(of network: TrainingNetwork, _ golden: Golden) throws -> [(String, [Float])] {
        let device = network.device
        let tape = try network.forward(try device.tensor(golden.images[0], golden.shape))
        let logits = try tape.logits
        try network.backward(tape, slopes: Self.loss.mean(logits, golden.labels[0]).slopes)
        var values = [("logits", logits)]
        for entry in golden.weights.architecture.entries {
            values.append(
                entry.isTrained
                    ? ("grad.\(entry.name)", try device.read(network.gradients[entry.name]))
                    : ("after.\(entry.name)", try device.read(network.parameters[entry.name])))
        }
        return values
    }

    @Test(arguments: EfficientNetTests.names) func gradientsAndRunningStatistics(_ name: String) throws {
        let golden = try Golden(name)
        let file = try golden.file("gradients.safetensors")
        let processors = CPUKernels.available.map { CPUDevice(threads: 2, kernels: $0) }
        for device in processors + [try EmulatedPlugin.card()] as [any Device] {
            for (name, found) in try values(of: try golden.network(on: device), golden) {
                let expected = file.values(of: try file.entry(name))
                guard expected.contains(where: { $0 != 0 }) else {
                    // The next normalisation takes out what this parameter adds.
                    #expect(found.allSatisfy { abs($0) < 1e-5 }, "\(device.name): \(name), expected rounding alone")
                    continue
                }
                let error = distance(found, expected)
                #expect(error < (name.hasPrefix("grad.") ? 1e-4 : 1e-5), "\(device.name): \(name) is off by \(error)")
            }
        }
    }

    /// Statistics and what is summed are in single precision or better: running statistics and losses are nearly the same.
    @Test(arguments: EfficientNetTests.names, [(CUDAPrecision.half, Float(0.01)), (.bfloat16, 0.05)])
    func statisticsIn16Bits(_ name: String, _ limits: (CUDAPrecision, Float)) throws {
        let golden = try Golden(name)
        let file = try golden.file("gradients.safetensors")
        let network = try golden.network(on: EmulatedPlugin.card(limits.0))
        for (name, found) in try values(of: network, golden) where !name.hasPrefix("grad.") {
            let error = distance(found, file.values(of: try file.entry(name)))
            #expect(error < limits.1, "\(limits.0.rawValue): \(name) is off by \(error)")
        }
        for (name, found) in try values(of: network, golden) where name.hasPrefix("grad.") {
            #expect(found.allSatisfy { $0.isFinite }, "\(limits.0.rawValue): \(name)")
        }
    }

    @Test(arguments: EfficientNetTests.names) func theSameBitsOnAnyNumberOfThreadsAndRecomputed(_ name: String) throws {
        let golden = try Golden(name)
        let card = try EmulatedPlugin.card(.half)
        let onCard = try values(of: try golden.network(on: card), golden)
        for (found, wanted) in zip(try values(of: try golden.network(on: card, recomputes: true), golden), onCard) {
            #expect(found.1 == wanted.1, "\(found.0), recomputed on a card")
        }
        let expected = try values(of: try golden.network(on: CPUDevice(threads: 1)), golden)
        for (threads, recomputes) in [(2, false), (7, false), (2, true)] {
            let network = try golden.network(on: CPUDevice(threads: threads), recomputes: recomputes)
            for (found, wanted) in zip(try values(of: network, golden), expected) {
                #expect(found.1 == wanted.1, "\(found.0), \(threads) threads\(recomputes ? ", recomputed" : "")")
            }
        }
    }

    @Test(arguments: EfficientNetTests.names, ["frozen", "freeze-norm"])
    func twentySteps(_ name: String, _ test: String) throws {
        try follow(name, test, on: CPUDevice(threads: 2))
    }

    @Test(arguments: [("efficientnet_micro", "frozen"), ("efficientnet_v2_micro", "freeze-norm")])
    func twentyStepsOnACard(_ name: String, _ test: String) throws {
        try follow(name, test, on: EmulatedPlugin.card())
    }

    private func follow(_ name: String, _ test: String, on device: any Device) throws {
        let golden = try Golden(name)
        let network = try golden.network(on: device, freezesNorms: test == "freeze-norm")
        let frozen = name == "efficientnet_micro" ? 32 : 18
        try network.freeze(frozen)
        let optimizer = try AdamW(for: network, AdamW.Options())
        let log = try golden.rows("\(test).csv")
        let rates = LearningRateSchedule(.cosine, rate: 5e-4, steps: log.count).rates()
        for (step, row) in log.enumerated() {
            try network.clearGradients()
            var total = 0.0
            for part in 0..<2 {
                let place = 2 * step + part
                let input = try device.tensor(golden.images[place % golden.images.count], golden.shape)
                let tape = try network.forward(input)
                let (value, slopes) = Self.loss.mean(try tape.logits, golden.labels[place])
                try network.backward(tape, slopes: slopes.map { $0 / 2 })
                total += value / 2
            }
            let expected = try #require(row["loss"].flatMap(Double.init))
            #expect(abs(total - expected) < 1e-4 * expected, "step \(step): \(total), expected \(expected)")
            try optimizer.step(network, rate: rates[step])
        }
        let file = try golden.file("\(test).safetensors")
        let initial = golden.weights
        for tensor in file.tensors where tensor.name != "logits" {
            let (found, expected) = (try device.read(network.parameters[tensor.name]), file.values(of: tensor))
            let error = distance(found, expected)
            // A block's first norm takes out the bias of the norm before it, whose gradient is therefore rounding: of that,
            // AdamW makes whole steps. They move this running mean, and no logit.
            let isFirst = tensor.name.hasSuffix(".block.0.1.running_mean") || tensor.name == "features.6.1.running_mean"
            let most: Float = isFirst ? 2e-2 : tensor.name.contains("running") ? 1e-4 : 1e-3
            #expect(error < most, "\(tensor.name) is off by \(error)")
        }
        for (number, entry) in network.architecture.parameters.enumerated() where number < frozen {
            #expect(try device.read(network.parameters[entry.name]) == initial.values(of: entry.name), "\(entry.name)")
        }
        let prediction = try InferenceNetwork(device: device, architecture: network.architecture) {
            try device.read(network.parameters[$0])
        }
        let logits = try device.read(try prediction.logits(try device.tensor(golden.images[0], golden.shape)))
        #expect(distance(logits, file.values(of: try file.entry("logits"))) < 1e-3)
    }
}
