import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import TestSupport
import Testing

/// Twenty steps of training, against PyTorch's (Fixtures/training, made by make_training.py).
@Suite(.timeLimit(.minutes(10))) struct TrainingStepsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let shape: LearningRateSchedule.Shape
        var freeze = 0
        var accumulate = 1
        var clip: Double?
        var loss = BinaryLoss(positiveWeight: 20)
        var rate = 5e-4
        /// With its groups.
        var optimizer = OptimizerOptions.adamW(AdamW.Options())

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "cosine", shape: .cosine),
        Case(name: "restarts", shape: .restarts(first: 5, factor: 2), freeze: 20),
        Case(
            name: "accumulated", shape: .constant, accumulate: 2, clip: 1,
            loss: BinaryLoss(positiveWeight: 20, softPositive: 0.9),
            optimizer: adamW(ParameterGroups(weightDecay: 0.01, sparesVectors: true))),
        Case(
            name: "sgd", shape: .cosine, loss: BinaryLoss(positiveWeight: 20, smoothing: 0.1), rate: 5e-3,
            optimizer: sgd(ParameterGroups(weightDecay: 1e-3), momentum: 0.9)),
        Case(
            name: "nesterov", shape: .restarts(first: 5, factor: 2), freeze: 20, accumulate: 2, clip: 1, rate: 5e-3,
            optimizer: sgd(ParameterGroups(weightDecay: 1e-2, sparesVectors: true), momentum: 0.8, nesterov: true)),
        Case(name: "focal", shape: .cosine, loss: BinaryLoss(smoothing: 0.1, focal: .init(gamma: 2, alpha: 0.25))),
    ]

    private static func adamW(_ groups: ParameterGroups) -> OptimizerOptions {
        var options = AdamW.Options()
        options.groups = groups
        return .adamW(options)
    }

    private static func sgd(
        _ groups: ParameterGroups, momentum: Double, nesterov: Bool = false
    ) -> OptimizerOptions {
        var options = SGD.Options()
        (options.momentum, options.nesterov, options.groups) = (momentum, nesterov, groups)
        return .sgd(options)
    }

    @Test(arguments: cases) func asPyTorch(_ test: Case) throws { try follow(test, on: CPUDevice(threads: 2)) }

    @Test(arguments: cases) func asPyTorchOnACard(_ test: Case) throws { try follow(test, on: EmulatedPlugin.card()) }

    private func follow(_ test: Case, on device: any Device) throws {
        let batches = try TrainingBatches()
        let log = try Fixtures.table("training/\(test.name).csv")
        let initial = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        let final = try ModelWeights(try WeightsFile(path: Fixtures.path("training/\(test.name).safetensors")))
        let network = try TrainingNetwork(initial.architecture, on: device, values: initial.values(of:))
        try network.freeze(test.freeze)
        let optimizer = try test.optimizer.make(for: network)
        let rates = LearningRateSchedule(test.shape, rate: test.rate, steps: log.count).rates()
        for (step, row) in log.enumerated() {
            #expect("\(rates[step])" == row["lr"].map { "\(Double($0) ?? .nan)" }, "step \(step)")
            try network.clearGradients()
            var total = 0.0
            for part in 0..<test.accumulate {
                let place = step * test.accumulate + part
                let tape = try network.forward(try device.tensor(batches.images[place], batches.shape))
                let (value, slopes) = test.loss.mean(try tape.logits, batches.labels[place])
                try network.backward(tape, slopes: slopes.map { $0 / Float(test.accumulate) })
                total += value / Double(test.accumulate)
            }
            let expected = try #require(row["loss"].flatMap(Double.init))
            #expect(abs(total - expected) < 1e-4 * expected, "step \(step): \(total), expected \(expected)")
            let scale = try test.clip.map { min(1, $0 / (try network.gradientNorm() + 1e-6)) } ?? 1
            try optimizer.step(network, rate: rates[step], gradientScale: Float(scale))
        }
        for (number, parameter) in network.architecture.parameters.enumerated() {
            let values = try device.read(network.parameters[parameter.name])
            let before = initial.values(of: parameter.name)
            if number < test.freeze {
                #expect(values == before, "\(parameter.name) is frozen")
                continue
            }
            let after = final.values(of: parameter.name)
            let travelled = zip(after, before).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
            let off = zip(after, values).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
            #expect(off.squareRoot() < 1e-3 * travelled.squareRoot(), "\(parameter.name)")
        }
    }
}
