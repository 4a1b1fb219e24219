import MammoCompute
import MammoNet
import MammoTrain
import TestSupport
import Testing

/// Twenty steps in 16 bits on an emulated card, against torch.autocast and torch.amp.GradScaler on PyTorch's CPU
/// (Fixtures/training/amp-*.csv, made by make_training.py).
@Suite struct MixedPrecisionTests {
    /// Steps at which a gradient is made infinite, as in make_training.py.
    private static let overflows: Set = [3, 4, 11]

    /// A network that is trained, and its moments.
    private struct Training {
        let network: TrainingNetwork
        let optimizer: AdamW
        var scaler: GradScaler?

        init(_ precision: CUDAPrecision, _ scaler: GradScaler?) throws {
            let initial = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
            network = try TrainingNetwork(
                initial.architecture, on: EmulatedPlugin.card(precision), values: initial.values(of:))
            optimizer = try AdamW(for: network, AdamW.Options())
            self.scaler = scaler
        }

        /// A step, or none where a gradient is not finite; the loss before it.
        mutating func step(
            _ batches: TrainingBatches, _ place: Int, rate: Double, overflows: Bool = false
        ) throws -> (loss: Double, isMade: Bool) {
            try network.clearGradients()
            let tape = try network.forward(try network.device.tensor(batches.images[place], batches.shape))
            let (loss, slopes) = BinaryLoss(positiveWeight: 20).mean(tape.logits, batches.labels[place])
            let scale = Float(scaler?.scale ?? 1)
            try network.backward(tape, slopes: slopes.map { $0 * scale })
            if overflows {
                let first = network.gradients.all[0]
                try network.device.overwrite(first, with: [Float](repeating: .infinity, count: first.shape.count))
            }
            if scaler != nil {
                let isFinite = try network.unscaleGradients(by: 1 / scale)
                scaler?.update(overflowed: !isFinite)
                guard isFinite else { return (loss, false) }
            }
            try optimizer.step(network, rate: rate)
            return (loss, true)
        }
    }

    @Test(arguments: [
        (CUDAPrecision.half, "amp-fp16", GradScaler?(GradScaler(scale: 64, growthInterval: 5))),
        (.bfloat16, "amp-bf16", nil),
    ])
    func asAutocast(_ precision: CUDAPrecision, _ name: String, _ scaler: GradScaler?) throws {
        let batches = try TrainingBatches()
        let log = try Fixtures.table("training/\(name).csv")
        var training = try Training(precision, scaler)
        let rates = LearningRateSchedule(.cosine, rate: 5e-4, steps: log.count).rates()
        for (step, row) in log.enumerated() {
            #expect(training.scaler?.scale ?? 1 == row["scale"].flatMap(Double.init), "step \(step)")
            let overflows = scaler != nil && Self.overflows.contains(step)
            let (loss, isMade) = try training.step(batches, step, rate: rates[step], overflows: overflows)
            let expected = try #require(row["loss"].flatMap(Double.init))
            #expect(abs(loss - expected) < 0.02 * expected, "step \(step): \(loss), expected \(expected)")
            #expect(isMade == !overflows, "step \(step)")
        }
        let steps = Set(training.network.architecture.parameters.map { training.optimizer.steps[$0.name] })
        #expect(steps == [scaler == nil ? 20 : 17])
    }

    /// A scale at which 16 bits have no room for the gradients: no parameter moves until it has come down.
    @Test func aScaleThatIsTooLargeComesDown() throws {
        let batches = try TrainingBatches()
        var training = try Training(.half, GradScaler(scale: 0x1p60))
        let device = training.network.device
        let before = try training.network.parameters.all.map { try device.read($0) }
        var skipped = 0
        while try !training.step(batches, 0, rate: 5e-4).isMade {
            skipped += 1
            #expect(try training.network.parameters.all.map { try device.read($0) } == before)
            #expect(training.optimizer.steps.isEmpty && training.scaler?.scale == 0x1p60 / Double(1 << skipped))
            guard skipped < 60 else { break }
        }
        #expect(skipped > 20 && skipped < 60)
        #expect(try training.network.parameters.all.map { try device.read($0) } != before)
    }
}
