import MammoCompute
import MammoGraph
import MammoNet
import MammoTrain
import TestSupport
import Testing

/// Twenty steps in 16 bits on an emulated card, against torch.autocast and torch.amp.GradScaler on PyTorch's CPU
/// (Fixtures/training/amp-*.csv, made by make_training.py).
@Suite(.timeLimit(.minutes(10))) struct MixedPrecisionTests {
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
            let (loss, slopes) = BinaryLoss(positiveWeight: 20).mean(try tape.logits, batches.labels[place])
            let scale = Float(scaler?.scale ?? 1)
            try network.backward(tape, slopes: slopes.map { $0 * scale })
            if overflows {
                let first = network.gradients.all[0]
                try network.device.overwrite(first, with: [Float](repeating: .infinity, count: first.shape.count))
            }
            guard try scaler?.unscale(network) ?? true else { return (loss, false) }
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

    /// A run whose scale is too large to begin with, and grows again: its steps that are skipped count for the learning rate
    /// and move nothing, and a checkpoint has the scale and its counter.
    @Test(arguments: [TrainerTests.recipe.optimizer, .sgd(SGD.Options())])
    func aRunGoesOnWithItsScale(_ optimizer: OptimizerOptions) throws {
        var recipe = TrainerTests.recipe
        recipe.optimizer = optimizer
        recipe.accumulate = 1
        recipe.scaler = GradScaler(scale: 0x1p20, growthInterval: 2)
        let fixed = recipe
        let card = try EmulatedPlugin.card(.half)
        func trainer() throws -> Trainer {
            try SyntheticImages.trainer(
                fixed, try SyntheticImages.data(recipe: fixed, patients: 8, augmentation: "hflip"), on: card)
        }
        let whole = try trainer()
        var records: [StepRecord] = []
        var moved: [Bool] = []
        var before = try whole.bits
        _ = try whole.run(
            Trainer.Listener(stepDone: { record in
                records.append(record)
                let now = try whole.bits
                moved.append(now != before)
                before = now
            }))
        let scales = records.compactMap(\.lossScale) + [whole.progress.scaler?.scale ?? 0]
        #expect(scales.count == records.count + 1 && scales[0] == 0x1p20)
        // A step is skipped, and the scale halved, exactly where nothing moves.
        for (step, (one, next)) in zip(scales, scales.dropFirst()).enumerated() {
            #expect((next == one / 2) == !moved[step], "step \(step)")
        }
        #expect(moved.contains(true) && moved.contains(false))
        #expect(Set(whole.optimizer.steps.values).max() == moved.count { $0 })

        let folder = try TemporaryFolder()
        let path = "\(folder.path)/last.checkpoint"
        for stop in [2, records.count - 2] {
            let first = try trainer()
            #expect(try !first.run(Trainer.Listener(goesOn: { first.progress.steps < stop })))
            try Checkpoint.write(first, origin: "a", to: path)
            let second = try trainer()
            try Checkpoint.read(path, into: second, origin: "a")
            #expect(second.progress.scaler == first.progress.scaler)
            var others: [StepRecord] = []
            _ = try second.run(Trainer.Listener(stepDone: { others.append($0) }))
            #expect(others.map(\.lossScale) == records.dropFirst(stop).map(\.lossScale))
            #expect(others.map(\.loss) == records.dropFirst(stop).map(\.loss))
            #expect(try second.bits == whole.bits && second.progress == whole.progress)
        }
    }
}
