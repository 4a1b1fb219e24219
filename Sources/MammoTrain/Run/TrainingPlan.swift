import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet

/// What a configuration leads to: the table and the images are checked, and nothing is trained yet.
public struct TrainingPlan: Sendable {
    /// What was asked for.
    public let configuration: TrainingConfiguration
    /// Images to train and validate on.
    public let table: TrainingTable
    /// Which images make which batch.
    public let sampler: Sampler
    /// What images go through.
    public let augmentation: Augmentation
    /// The network.
    public let architecture: Network
    /// What decides how parameters move.
    public let recipe: TrainingRecipe

    /// Reads the table, looks at the images, and checks that all of it fits.
    ///
    /// - Parameter configuration: Validated.
    /// - Throws: `DataError`.
    public init(_ configuration: TrainingConfiguration) throws(DataError) {
        self.configuration = configuration
        guard let architecture = configuration.network else {
            throw .training("\(configuration.arch) is not an architecture")
        }
        self.architecture = architecture
        let rows = try ImageTable(path: configuration.csv, need: .predictions)
        for row in rows.rows where row.cancer == nil {
            throw .table(path: configuration.csv, reason: "image \(row.imageID) has no label in column cancer")
        }
        table = try TrainingTable(
            rows,
            folds: configuration.foldsFile.map { .file($0) }
                ?? .made(count: configuration.folds, shuffleSeed: configuration.shuffleSeed.map { UInt32($0) }),
            fold: configuration.fold, images: configuration.images, leaveOutMissing: configuration.leaveOutMissing)
        let side = architecture.minimumSide
        guard table.rows >= side, table.columns >= side else {
            throw .training("images are \(table.rows)x\(table.columns), expected at least \(side)x\(side)")
        }
        let method: Sampler.Method =
            switch configuration.sampler {
            case .weighted:
                configuration.positiveFraction.map { .positives(fraction: $0.value) }
                    ?? .weighted(upsample: configuration.upsample)
            case .shuffled: .shuffled
            case .sequential: .sequential
            }
        sampler = try Sampler(
            labels: table.training.map { $0.cancer == true },
            weights: configuration.upsampleBy.weights(of: table.training), method: method,
            batchSize: configuration.batchSize * (configuration.processes ?? 1),
            minPositives: configuration.minPositives, random: RunRandom(seed: UInt64(configuration.seed)))
        augmentation = configuration.augment == "none" ? .none : try Augmentation(parsing: configuration.augment)
        if let reason = augmentation.refusal(of: table.depth) { throw .training("--augment: \(reason)") }
        recipe = configuration.recipe(
            stepsPerEpoch: sampler.stepsPerEpoch(accumulating: configuration.accumulate))
    }

    /// Steps of the whole run.
    public var steps: Int { recipe.epochs * sampler.stepsPerEpoch(accumulating: recipe.accumulate) }

    /// Threads that decode and augment.
    func workers(cores: Int, on device: any Device) -> Int {
        configuration.workers(cores: cores, besideCard: !device.isOfHost)
    }

    /// What the trainer takes.
    ///
    /// - Parameters:
    ///   - workers: Threads that decode and augment.
    ///   - share: Which images of each batch are this process's.
    ///   - meter: Counts the images that are read.
    /// - Returns: Loaders over the folder of images.
    /// - Throws: `DataError` where the folder cannot be read.
    func data(workers: Int, share: BatchShare, meter: ReaderMeter) throws(DataError) -> TrainingData {
        let folder = try PNGFolder(configuration.images, expecting: table.parameters, force: false)
        let source: any GraySource = configuration.cache == .ram ? ImageCache(folder) : folder
        func loader(_ rows: [ImageTable.Row], _ augmentation: Augmentation, batch: Int) -> TrainingLoader {
            TrainingLoader(
                rows: rows, source: source, size: (table.rows, table.columns), augmentation: augmentation,
                random: RunRandom(seed: recipe.seed), share: share, workers: workers, ahead: 2 * batch, meter: meter)
        }
        // As much as a training step's forward pass, which keeps more.
        let validationShare = max(1, min(configuration.batchSize, 64))
        let validationBatch = validationShare * share.processes
        return TrainingData(
            sampler: sampler, training: loader(table.training, augmentation, batch: configuration.batchSize),
            validation: loader(table.validation, .none, batch: validationShare), validationBatch: validationBatch,
            selection: configuration.select,
            stopping: EarlyStopping(
                floor: configuration.stopIfBelow, floorAfter: configuration.after, patience: configuration.patience))
    }

    /// All that has to be the same in all processes of a run.
    var agreement: String {
        origin
            + ConfigurationKey.all.filter { !$0.mayChange }.map { "\n\($0.name): \($0.written(configuration) ?? "")" }
            .joined()
    }

    /// What the images and their labels are, for a checkpoint to know its run by wherever they lie: SHA-256 of their names
    /// in order, and of how they were made.
    var origin: String {
        var text = "\(table.rows)x\(table.columns)\n\(table.parameters.map(JSONText.line) ?? "")\n"
        for (side, rows) in [("training", table.training), ("validation", table.validation)] {
            text += "\(side)\n" + rows.map { "\($0.relativePath),\($0.cancer == true ? 1 : 0)\n" }.joined()
        }
        return SHA256Digest.hex(of: Array(text.utf8))
    }
}

extension TrainingConfiguration {
    /// What decides how parameters move.
    ///
    /// - Parameter stepsPerEpoch: For the first stretch between restarts, where it is not given.
    /// - Returns: The recipe, its epochs counted from 0.
    func recipe(stepsPerEpoch: Int) -> TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.epochs = epochs
        recipe.scaler = amp == .fp16 ? GradScaler() : nil
        recipe.accumulate = accumulate
        recipe.loss = binaryLoss
        recipe.optimizer = optimizerOptions
        recipe.schedule =
            switch schedule {
            case .cosine: .cosine
            case .restarts: .restarts(first: t0 ?? stepsPerEpoch, factor: tMult)
            case .constant: .constant
            }
        (recipe.rate, recipe.minimumRate, recipe.warmUp) = (lr, minLr, warmupSteps)
        (recipe.stochasticDepth, recipe.clipNorm, recipe.averageDecay) = (dropPath, clipNorm, ema)
        recipe.frozen = freeze
        recipe.thaws = unfreeze.phases.map { .init(epoch: $0.epoch - 1, frozen: $0.frozen, rate: $0.lr) }
        recipe.seed = UInt64(seed)
        return recipe
    }
}
