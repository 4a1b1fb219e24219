import MammoCompute
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// Gradients of the micro network, against PyTorch's autograd (Fixtures/micro, made by the reference program).
@Suite struct GradientTests {
    /// Input and labels of the fixture, and what autograd says.
    struct Golden {
        let file: WeightsFile
        let weights: ModelWeights

        init() throws {
            file = try WeightsFile(path: Fixtures.path("micro/values.safetensors"))
            weights = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        }

        func values(_ name: String) throws -> [Float] {
            file.values(of: try #require(file.tensors.first { $0.name == name }))
        }

        func input(on device: any Device) throws -> Tensor {
            let images = try ImageBatches(file, "input")
            return try device.tensor(images[0], images.shape)
        }

        func network(on device: any Device, recomputes: Bool = false) throws -> TrainingNetwork {
            try TrainingNetwork(
                weights.architecture, on: device, recomputes: recomputes, values: weights.values(of:))
        }
    }

    static let loss = BinaryLoss(positiveWeight: 20)

    static let devices: [any Device] = CPUKernels.available.map { CPUDevice(threads: 2, kernels: $0) }

    @Test func everyParameterOfTheMicroNetwork() throws {
        let golden = try Golden()
        for device in Self.devices + [try EmulatedPlugin.card()] {
            let network = try golden.network(on: device)
            let tape = try network.forward(try golden.input(on: device))
            let (loss, slopes) = Self.loss.mean(try tape.logits, try golden.values("labels"))
            #expect(abs(Float(loss) - (try golden.values("loss")[0])) < 1e-5 * Float(loss))
            try network.backward(tape, slopes: slopes)
            for parameter in network.architecture.parameters {
                let expected = try golden.values("grad.\(parameter.name)")
                let error = distance(try device.read(network.gradients[parameter.name]), expected)
                #expect(error < 1e-5, "\(device.name): \(parameter.name) is off by \(error)")
            }
        }
    }

    @Test(arguments: [0, 4, 10, 13, 40, 47, 60, 63, 64])
    func frozenParameters(_ frozen: Int) throws {
        let golden = try Golden()
        let device = CPUDevice(threads: 2)
        let network = try golden.network(on: device)
        try network.freeze(frozen)
        let tape = try network.forward(try golden.input(on: device))
        try network.backward(tape, slopes: Self.loss.mean(tape.logits, try golden.values("labels")).slopes)
        #expect(network.trained.count == network.architecture.parameters.count - frozen)
        for parameter in network.trained {
            let error = distance(
                device.read(network.gradients[parameter.name]), try golden.values("grad.\(parameter.name)"))
            #expect(error < 1e-5, "\(parameter.name) is off by \(error)")
        }
    }

    @Test func theSameBitsOnAnyNumberOfThreadsAndRecomputed() throws {
        let golden = try Golden()
        var all: [[[Float]]] = []
        for (threads, recomputes) in [(1, false), (2, false), (7, false), (2, true)] {
            let device = CPUDevice(threads: threads)
            let network = try golden.network(on: device, recomputes: recomputes)
            let tape = try network.forward(try golden.input(on: device))
            try network.backward(tape, slopes: Self.loss.mean(tape.logits, try golden.values("labels")).slopes)
            all.append(network.architecture.parameters.map { device.read(network.gradients[$0.name]) })
        }
        for other in all.dropFirst() { #expect(other == all[0]) }
    }
}

/// The largest difference, as a share of the largest expected value.
func distance(_ values: [Float], _ expected: [Float]) -> Float {
    guard values.count == expected.count else { return .infinity }
    let largest = max(expected.map(abs).max() ?? 0, .leastNormalMagnitude)
    let error = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    return error.isFinite ? error / largest : .infinity
}
