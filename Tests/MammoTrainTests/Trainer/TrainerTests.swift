import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import MammoTrain
import TestSupport
import Testing

@Suite("Training", .timeLimit(.minutes(10)))
struct TrainerTests {
    /// Everything that has a state.
    static var recipe: TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.epochs = 3
        recipe.accumulate = 2
        recipe.rate = 1e-3
        recipe.loss = BinaryLoss(positiveWeight: 3, softPositive: 0.9)
        recipe.stochasticDepth = 0.3
        recipe.clipNorm = 1
        recipe.averageDecay = 0.9
        recipe.frozen = 30
        recipe.thaws = [.init(epoch: 1, frozen: 10, rate: 5e-4), .init(epoch: 2, frozen: 0)]
        recipe.schedule = .restarts(first: 2, factor: 2)
        return recipe
    }

    static let augmentation = "hflip,rotate=10,mixup=0.2"

    @Test("Stopped after any step, written to a checkpoint and gone on with: the same bits")
    func resumed() throws {
        let whole = try SyntheticImages.trainer(
            Self.recipe, try SyntheticImages.data(recipe: Self.recipe, augmentation: Self.augmentation))
        var records: [StepRecord] = []
        #expect(try whole.run(Trainer.Listener(stepDone: { records.append($0) })))
        #expect(records.count == 3 * whole.stepsPerEpoch && whole.progress.epoch == 3)
        let expected = try whole.bits
        let folder = try TemporaryFolder()
        for stop in 1..<records.count {
            let path = "\(folder.path)/last.checkpoint"
            // Other threads and workers on either side.
            let first = try SyntheticImages.trainer(
                Self.recipe, try SyntheticImages.data(recipe: Self.recipe, augmentation: Self.augmentation, workers: 1),
                threads: 1)
            #expect(try !first.run(Trainer.Listener(goesOn: { first.progress.steps < stop })))
            try Checkpoint.write(first, origin: "a", to: path)
            let second = try SyntheticImages.trainer(
                Self.recipe, try SyntheticImages.data(recipe: Self.recipe, augmentation: Self.augmentation, workers: 3),
                threads: 3, recomputes: true)
            try Checkpoint.read(path, into: second, origin: "a")
            #expect(second.progress.steps == stop)
            var others: [StepRecord] = []
            #expect(try second.run(Trainer.Listener(stepDone: { others.append($0) })))
            #expect(others.map(\.loss) == records.dropFirst(stop).map(\.loss), "stopped after \(stop)")
            #expect(try second.bits == expected, "stopped after \(stop)")
            #expect(second.progress == whole.progress)
        }
    }

    @Test("A run that is over is extended: rates of the longer schedule, the same bits though it is killed on the way")
    func extended() throws {
        let folder = try TemporaryFolder()
        func trainer(_ epochs: Int, stopping: EarlyStopping = EarlyStopping()) throws -> Trainer {
            var recipe = Self.recipe
            (recipe.epochs, recipe.schedule) = (epochs, .cosine)
            recipe.thaws = []
            return try SyntheticImages.trainer(
                recipe,
                try SyntheticImages.data(recipe: recipe, augmentation: Self.augmentation, stopping: stopping))
        }
        let short = try trainer(2)
        #expect(try short.run(Trainer.Listener()))
        let path = "\(folder.path)/last.checkpoint"
        try Checkpoint.write(short, origin: "a", to: path)
        func resumed(_ path: String, _ epochs: Int = 4) throws -> Trainer {
            let trainer = try trainer(epochs)
            try Checkpoint.read(path, into: trainer, origin: "a")
            return trainer
        }
        let whole = try resumed(path)
        var rates: [Double] = []
        #expect(try whole.run(Trainer.Listener(stepDone: { rates.append($0.lr) })))
        let steps = whole.stepsPerEpoch
        let schedule = LearningRateSchedule(.cosine, rate: 1e-3, steps: 4 * steps).rates()
        #expect(rates == Array(schedule[(2 * steps)...]) && whole.progress.epoch == 4)
        let notes = whole.progress.extensions?.map(\.description)
        #expect(notes == ["extended from 2 to 4 epochs after step \(2 * steps)"])
        for stop in [2 * steps + 1, 3 * steps, 4 * steps - 1] {
            let first = try resumed(path)
            #expect(try !first.run(Trainer.Listener(goesOn: { first.progress.steps < stop })))
            let later = "\(folder.path)/later.checkpoint"
            try Checkpoint.write(first, origin: "a", to: later)
            let second = try resumed(later)
            #expect(try second.run(Trainer.Listener()))
            #expect(try second.bits == whole.bits && second.progress == whole.progress, "stopped after \(stop)")
        }
        // The same epochs, or fewer, extend nothing.
        #expect(try resumed(path, 2).progress == short.progress)
    }

    @Test("A run that was stopped early goes on where it is extended, and its patience begins anew")
    func extendedAfterStopping() throws {
        let folder = try TemporaryFolder()
        func trainer(_ epochs: Int) throws -> Trainer {
            var recipe = TrainingRecipe()
            (recipe.epochs, recipe.rate) = (epochs, 0)
            return try SyntheticImages.trainer(
                recipe, try SyntheticImages.data(recipe: recipe, stopping: EarlyStopping(patience: 2)))
        }
        let first = try trainer(9)
        #expect(try first.run(Trainer.Listener()))
        #expect(first.progress.epoch == 3 && first.progress.stopped != nil)
        let path = "\(folder.path)/last.checkpoint"
        try Checkpoint.write(first, origin: "a", to: path)
        let same = try trainer(9)
        try Checkpoint.read(path, into: same, origin: "a")
        #expect(try same.run(Trainer.Listener()) && same.progress == first.progress)
        let longer = try trainer(12)
        try Checkpoint.read(path, into: longer, origin: "a")
        #expect(longer.progress.stopped == nil)
        #expect(try longer.run(Trainer.Listener()))
        #expect(longer.progress.epoch == 5 && longer.progress.stopped != nil)
    }

    @Test("SGD goes on with its velocities too; another optimizer's checkpoint is refused")
    func resumedDescent() throws {
        var descent = Self.recipe
        var options = SGD.Options()
        (options.nesterov, options.groups) = (true, ParameterGroups(weightDecay: 1e-3, sparesVectors: true))
        descent.optimizer = .sgd(options)
        descent.loss = BinaryLoss(smoothing: 0.1, focal: .init())
        descent.rate = 1e-2
        let recipe = descent
        func trainer(_ threads: Int) throws -> Trainer {
            try SyntheticImages.trainer(
                recipe, try SyntheticImages.data(recipe: recipe, augmentation: Self.augmentation), threads: threads)
        }
        let whole = try trainer(2)
        _ = try whole.run(Trainer.Listener())
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/last.checkpoint"
        for stop in [1, 4, 7] {
            let first = try trainer(1)
            #expect(try !first.run(Trainer.Listener(goesOn: { first.progress.steps < stop })))
            try Checkpoint.write(first, origin: "a", to: path)
            #expect(try WeightsFile(path: path).tensors.contains { $0.name.hasPrefix("velocity.") })
            let second = try trainer(3)
            try Checkpoint.read(path, into: second, origin: "a")
            _ = try second.run(Trainer.Listener())
            #expect(try second.bits == whole.bits && second.progress == whole.progress, "stopped after \(stop)")
        }
        let other = try SyntheticImages.trainer(Self.recipe, try SyntheticImages.data(recipe: Self.recipe))
        #expect(throws: TrainingError.self) { try Checkpoint.read(path, into: other, origin: "a") }
    }

    @Test("A checkpoint of another run, and what is none, are refused")
    func refused() throws {
        let folder = try TemporaryFolder()
        let data = try SyntheticImages.data(recipe: Self.recipe)
        let trainer = try SyntheticImages.trainer(Self.recipe, data)
        let path = "\(folder.path)/last.checkpoint"
        try Checkpoint.write(trainer, origin: "a", to: path)
        #expect(throws: TrainingError.self) { try Checkpoint.read(path, into: trainer, origin: "b") }
        let weights = Fixtures.path("micro/weights.safetensors")
        #expect(throws: TrainingError.self) { try Checkpoint.read(weights, into: trainer, origin: "a") }
    }

    @Test("As weights, a checkpoint has the run's pooling", arguments: Pooling.allCases)
    func pooling(_ pooling: Pooling) throws {
        let folder = try TemporaryFolder()
        var weights = try ModelWeights(try WeightsFile(path: Fixtures.path("micro/weights.safetensors")))
        weights.replacePooling(by: pooling)
        let start = weights
        let network = try TrainingNetwork(start.architecture, on: CPUDevice(threads: 2)) { start.values(of: $0) }
        let trainer = try Trainer(Self.recipe, network, try SyntheticImages.data(recipe: Self.recipe))
        let path = "\(folder.path)/last.checkpoint"
        try Checkpoint.write(trainer, origin: "a", to: path)
        let read = try ModelWeights(try WeightsFile(path: path))
        #expect(read.architecture == start.architecture && read.architecture.pooling == pooling)
    }

    @Test("It learns: the spot is found")
    func learns() throws {
        var recipe = TrainingRecipe()
        recipe.epochs = 10
        recipe.rate = 3e-3
        recipe.stochasticDepth = 0
        let data = try SyntheticImages.data(recipe: recipe, patients: 100, batchSize: 8)
        let trainer = try SyntheticImages.trainer(recipe, data)
        var epochs: [EpochRecord] = []
        _ = try trainer.run(Trainer.Listener(epochDone: { record, _ in epochs.append(record) }))
        let (first, last) = (try #require(epochs.first), try #require(epochs.last))
        #expect(last.trainLoss < 0.8 * first.trainLoss)
        #expect(try #require(epochs.compactMap(\.images.areaUnderROC).max()) > 0.9)
        #expect(trainer.progress.bestEpoch == epochs.last(where: \.isBest).map { $0.epoch - 1 })
    }

    /// On a card the loss is looked at when the backward pass is in line: before anything moves.
    @Test("A loss that is not finite ends the run with the batch's files", arguments: [1, 2])
    func notFinite(_ accumulate: Int) throws {
        var recipe = TrainingRecipe()
        (recipe.rate, recipe.accumulate) = (1e30, accumulate)
        var messages: Set<String> = []
        for device: any Device in [
            CPUDevice(threads: 2), try EmulatedPlugin.card(), try EmulatedPlugin.card(.bfloat16),
        ] {
            let trainer = try SyntheticImages.trainer(recipe, try SyntheticImages.data(recipe: recipe), on: device)
            var (bits, steps) = (try trainer.bits, 0)
            do {
                let listener = Trainer.Listener(stepDone: { record in
                    (bits, steps) = (try trainer.bits, record.step)
                })
                _ = try trainer.run(listener)
                Issue.record("the run went on")
            } catch let error as TrainingError {
                #expect(error.description.contains("the loss is") && error.description.contains(".png"))
                messages.insert(error.description)
            }
            #expect(try trainer.bits == bits && trainer.progress.steps == steps && steps > 0, "\(device.name)")
        }
        #expect(messages.count == 1, "\(messages)")
    }

    /// The first batch of each epoch is waited for: two images at a time, of which each takes 20 ms.
    @Test("Waiting for images is counted, on the CPU and on a card")
    func waiting() throws {
        var recipe = TrainingRecipe()
        recipe.epochs = 2
        for device: any Device in [CPUDevice(threads: 2), try EmulatedPlugin.card()] {
            let data = try SyntheticImages.data(recipe: recipe, patients: 4, delay: 20_000)
            let trainer = try SyntheticImages.trainer(recipe, data, on: device)
            var shares: [Double] = []
            let listener = Trainer.Listener(epochDone: { record, _ in
                shares.append(record.waitShare ?? -1)
                #expect(trainer.imageWait.share == record.waitShare, "\(device.name)")
                #expect(trainer.imageWait.seconds > 0.038, "\(device.name)")
            })
            _ = try trainer.run(listener)
            #expect(shares.count == 2 && shares.allSatisfy { $0 > 0 && $0 <= 1 }, "\(shares)")
        }
    }

    @Test("Duds and runs that get no better are ended")
    func stopping() throws {
        var recipe = TrainingRecipe()
        recipe.epochs = 9
        recipe.rate = 0
        for (stopping, epochs) in [
            (EarlyStopping(floor: 1.5, floorAfter: 2), 2), (EarlyStopping(patience: 3), 4), (EarlyStopping(), 9),
        ] {
            let trainer = try SyntheticImages.trainer(
                recipe, try SyntheticImages.data(recipe: recipe, stopping: stopping))
            #expect(try trainer.run(Trainer.Listener()))
            #expect(trainer.progress.epoch == epochs && (trainer.progress.stopped != nil) == (epochs < 9))
        }
    }
}
