import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import MammoTrain
import TestSupport
import Testing

@Suite("Training in several processes", .timeLimit(.minutes(10)))
struct ProcessesTests {
    /// Where a run has come to, as one process sees it.
    private struct Outcome: Sendable {
        var records: [StepRecord] = []
        var epochs: [EpochRecord] = []
        var parameters: [[Float]] = []
        var gradients: [[Float]] = []
        var isOver = false
        var progress = TrainingProgress()
    }

    /// Eighteen images in batches of four: the last of an epoch has two.
    private static func run(
        _ group: any ProcessGroup, _ recipe: TrainingRecipe, augmentation: String = TrainerTests.augmentation,
        architecture: String = "micro", on device: (any Device)? = nil, checkpoint: String? = nil, keep: String? = nil,
        goesOn: @escaping (Int) -> Bool = { _ in true }
    ) throws -> Outcome {
        let share = BatchShare(rank: group.rank, processes: group.count)
        let data = try SyntheticImages.data(recipe: recipe, augmentation: augmentation, share: share)
        // What the others begin with is of no matter.
        let trainer = try SyntheticImages.trainer(
            recipe, data, threads: 1, in: group, isEmpty: group.rank > 0, on: device, architecture: architecture)
        if let checkpoint, group.rank == 0 { try Checkpoint.read(checkpoint, into: trainer, origin: "a") }
        try Checkpoint.share(trainer)
        var outcome = Outcome()
        outcome.isOver = try trainer.run(
            Trainer.Listener(
                stepDone: { outcome.records.append($0) }, epochDone: { record, _ in outcome.epochs.append(record) },
                goesOn: { goesOn(trainer.progress.steps) }))
        outcome.parameters = try trainer.bits
        let network = trainer.network
        outcome.gradients = try network.trained.map { try network.device.read(network.gradients[$0.name]) }
        outcome.progress = trainer.progress
        if let keep, group.rank == 0 { try Checkpoint.write(trainer, origin: "a", to: keep) }
        return outcome
    }

    /// Of algorithms for one product the lowest rank's becomes everybody's; what one rank alone has found does too.
    @Test("Products' algorithms are the same in all processes after a step")
    func choices() throws {
        let tuned = ProductOptions(isTuned: true)
        let found = try ThreadGroup.run(2) { group in
            let card = try EmulatedPlugin.card(.single, tuned)
            _ = try Self.run(group, TrainerTests.recipe, on: card)
            return try card.choices()
        }
        #expect(found[0] == found[1])
        let all = try #require(found[0])
        #expect(all.choices.count > 20 && all.choices.allSatisfy { $0.algorithm[1] == 0 })
        // The second process comes with other algorithms for the same products, and for one that the first never has.
        let one = all.choices[0]
        let alone = ProductChoices.Choice(
            product: [one.product[0] + 1000] + one.product.dropFirst(), algorithm: one.algorithm)
        let others = ProductChoices(
            place: all.place,
            choices: (all.choices + [alone]).map {
                .init(product: $0.product, algorithm: [$0.algorithm[0], 2, 0, 0, 0, 0, 0, 0])
            })
        let ranks = try ThreadGroup.run(2) { group in
            let card = try EmulatedPlugin.card(.single, tuned)
            if group.rank == 1 { try card.take(others) }
            let outcome = try Self.run(group, TrainerTests.recipe, on: card)
            return (outcome.parameters, try card.choices())
        }
        let shared = try #require(ranks[0].1)
        #expect(shared.choices.contains { $0.algorithm[1] == 0 } && shared.choices.count == others.choices.count)
        #expect(shared.choices.first { $0.product == alone.product }?.algorithm[1] == 2)
        #expect(ranks[0].0 == ranks[1].0 && ranks[0].1 == ranks[1].1)
    }

    private static func distance(_ one: [[Float]], _ other: [[Float]]) -> Double {
        let pairs = zip(one.joined(), other.joined())
        let (difference, length) = pairs.reduce((0.0, 0.0)) { sums, pair in
            let (a, b) = (Double(pair.0), Double(pair.1))
            return (sums.0 + (a - b) * (a - b), sums.1 + b * b)
        }
        return (difference / length).squareRoot()
    }

    @Test(
        "They follow one process with batches as large as all of theirs, and each other to the bit",
        arguments: [2, 3, 4, 5])
    func follows(_ count: Int) throws {
        let single = try Self.run(SingleProcess(), TrainerTests.recipe)
        let start = try SyntheticImages.trainer(
            TrainerTests.recipe, try SyntheticImages.data(recipe: TrainerTests.recipe)
        ).bits
        let ranks = try ThreadGroup.run(count) { try Self.run($0, TrainerTests.recipe) }
        #expect(ranks.count == count)
        for rank in ranks {
            #expect(rank.isOver && rank.records.count == single.records.count)
            for (step, expected) in zip(rank.records, single.records) {
                #expect(abs(step.loss - expected.loss) < 1e-5 * (1 + expected.loss), "step \(step.step)")
                #expect(step.lr == expected.lr)
            }
            for (epoch, expected) in zip(rank.epochs, single.epochs) {
                #expect(abs(epoch.validationLoss - expected.validationLoss) < 1e-4)
            }
            #expect(rank.parameters == ranks[0].parameters && rank.progress == ranks[0].progress)
            #expect(rank.records.map(\.loss) == ranks[0].records.map(\.loss))
        }
        // Beside the way that they have gone.
        let way = Self.distance(start, single.parameters)
        #expect(way > 1e-3 && Self.distance(ranks[0].parameters, single.parameters) < 1e-3 * way)
        #expect(ranks[0].progress.images == single.progress.images)
    }

    @Test("They follow one process by SGD too, and go on from its checkpoint with their velocities")
    func descends() throws {
        var descent = TrainerTests.recipe
        (descent.optimizer, descent.rate) = (.sgd(SGD.Options()), 5e-2)
        descent.thaws = []
        let recipe = descent
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/last.checkpoint"
        let start = try SyntheticImages.trainer(recipe, try SyntheticImages.data(recipe: recipe)).bits
        let single = try Self.run(SingleProcess(), recipe)
        let ranks = try ThreadGroup.run(2) { try Self.run($0, recipe) }
        let way = Self.distance(start, single.parameters)
        #expect(way > 1e-3 && Self.distance(ranks[0].parameters, single.parameters) < 1e-3 * way)
        #expect(ranks[1].parameters == ranks[0].parameters)
        _ = try ThreadGroup.run(2) { try Self.run($0, recipe, keep: path, goesOn: { $0 < 4 }) }
        for rank in try ThreadGroup.run(2, { try Self.run($0, recipe, checkpoint: path) }) {
            #expect(rank.parameters == ranks[0].parameters && rank.progress == ranks[0].progress)
        }
    }

    @Test("The gradients are those of the whole batch, a short last one too", arguments: [2, 3, 4])
    func gradients(_ count: Int) throws {
        var recipe = TrainingRecipe()
        recipe.epochs = 1
        recipe.rate = 0
        recipe.loss = BinaryLoss(positiveWeight: 3)
        recipe.stochasticDepth = 0.3
        // Batches of 4, 4, 4, 4 and 2 images.
        for steps in [1, 5] {
            let fixed = recipe
            let single = try Self.run(SingleProcess(), fixed, goesOn: { $0 < steps })
            let ranks = try ThreadGroup.run(count) { try Self.run($0, fixed, goesOn: { $0 < steps }) }
            for rank in ranks {
                #expect(Self.distance(rank.gradients, single.gradients) < 1e-5, "step \(steps)")
            }
        }
    }

    @Test(
        "Batch normalisations use the statistics of all processes' images, also beside one without any",
        arguments: [2, 3, 4])
    func batchNorms(_ count: Int) throws {
        var recipe = TrainingRecipe()
        recipe.epochs = 1
        recipe.rate = 0
        recipe.stochasticDepth = 0.3
        // Batches of 4, 4, 4, 4 and 2 images: of the last, the third and fourth process have none.
        for steps in [1, 5] {
            let fixed = recipe
            @Sendable func run(_ group: any ProcessGroup) throws -> Outcome {
                try Self.run(group, fixed, architecture: "efficientnet_micro", goesOn: { $0 < steps })
            }
            let single = try run(SingleProcess())
            let ranks = try ThreadGroup.run(count) { try run($0) }
            for rank in ranks {
                #expect(Self.distance(rank.gradients, single.gradients) < 1e-4, "step \(steps)")
                // The running statistics among them.
                #expect(Self.distance(rank.parameters, single.parameters) < 1e-6)
                #expect(rank.parameters == ranks[0].parameters)
            }
        }
    }

    @Test("Cards sum their statistics over all processes too, also beside one without an image")
    func batchNormsOnCards() throws {
        var recipe = TrainingRecipe()
        recipe.epochs = 1
        recipe.rate = 0
        recipe.stochasticDepth = 0.3
        let fixed = recipe
        // Of the fifth batch, of two images, the third process has none.
        let single = try Self.run(
            SingleProcess(), fixed, architecture: "efficientnet_v2_micro", goesOn: { $0 < 5 })
        let folder = try TemporaryFolder()
        let place = "\(folder.path)/group"
        let ranks = try ThreadGroup.run(3) { thread in
            let group = CUDAProcessGroup(rank: thread.rank, count: 3, meetingPlace: place)
            let card = try EmulatedPlugin.card()
            try group.begin(on: card)
            defer { group.end() }
            return try Self.run(
                group, fixed, architecture: "efficientnet_v2_micro", on: card, goesOn: { $0 < 5 })
        }
        for rank in ranks {
            #expect(Self.distance(rank.gradients, single.gradients) < 1e-3)
            // The running statistics among them.
            #expect(Self.distance(rank.parameters, single.parameters) < 1e-5)
            #expect(rank.parameters == ranks[0].parameters)
        }
    }

    /// Of the fifth batch, of two images, the third process has none; parameters are frozen to begin with.
    @Test("Cards follow one; alone in its group a card comes to the same bits as without", arguments: [1, 2, 3])
    func cards(_ count: Int) throws {
        let single = try Self.run(SingleProcess(), TrainerTests.recipe, on: try EmulatedPlugin.card())
        let folder = try TemporaryFolder()
        let place = "\(folder.path)/group"
        let ranks = try ThreadGroup.run(count) { thread in
            let group = CUDAProcessGroup(rank: thread.rank, count: count, meetingPlace: place)
            let card = try EmulatedPlugin.card()
            try group.begin(on: card)
            defer { group.end() }
            return try Self.run(group, TrainerTests.recipe, on: card)
        }
        for rank in ranks {
            if count == 1 {
                #expect(rank.parameters == single.parameters)
                #expect(rank.records.map(\.loss) == single.records.map(\.loss))
            }
            #expect(Self.distance(rank.parameters, single.parameters) < 1e-4)
            #expect(rank.parameters == ranks[0].parameters && rank.progress == ranks[0].progress)
        }
    }

    @Test("One that is asked to stop stops all after the same step; as many or fewer go on from its checkpoint")
    func goesOn() throws {
        let whole = try ThreadGroup.run(2) { try Self.run($0, TrainerTests.recipe) }[0]
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/last.checkpoint"
        let stopped = try ThreadGroup.run(2) { group in
            try Self.run(group, TrainerTests.recipe, keep: path, goesOn: { group.rank == 0 || $0 < 4 })
        }
        #expect(stopped.allSatisfy { !$0.isOver && $0.progress.steps == 4 })
        let same = try ThreadGroup.run(2) { try Self.run($0, TrainerTests.recipe, checkpoint: path) }
        for rank in same { #expect(rank.parameters == whole.parameters && rank.progress == whole.progress) }
        let fewer = try Self.run(SingleProcess(), TrainerTests.recipe, checkpoint: path)
        #expect(fewer.isOver && Self.distance(fewer.parameters, whole.parameters) < 1e-5)
    }
}
