import MammoBase
import MammoCompute
import MammoData
import MammoGraph
import MammoImage
import MammoNet

/// Trains a network by a recipe, epoch by epoch, from wherever its progress says.
public final class Trainer {
    /// What decides how parameters move.
    public let recipe: TrainingRecipe
    /// What is trained.
    public let network: TrainingNetwork
    /// What moves it.
    public let optimizer: any Optimizer
    /// An average of the parameters over the steps; nil where none is kept. Where there is one it is what is validated and
    /// kept as the best.
    public let average: ParameterTensors?
    /// The processes that train it together.
    public let group: any ProcessGroup
    /// The run's progress.
    public internal(set) var progress = TrainingProgress()
    /// How gray becomes input: that of the weights that the run started from.
    public internal(set) var normalisation: Normalisation
    /// What it is trained and validated on.
    let data: TrainingData
    let random: RunRandom
    private let rates: [Double]
    /// The products whose algorithms all processes have.
    var sharedProducts: Set<[Int64]> = []

    /// What a caller hears of a run, and says to it.
    public struct Listener {
        /// Before the run's first step, with the first of its batches.
        public var firstBatch: (TrainingBatch) throws -> Void
        /// After each step.
        public var stepDone: (StepRecord) throws -> Void
        /// After each batch of an epoch's validation: how many images are predicted, and of how many.
        public var validated: (_ done: Int, _ all: Int) -> Void
        /// After each epoch's validation, with the predictions, before the epoch is done: what has to be kept of it.
        public var epochDone: (EpochRecord, [ValidationFile.Prediction]) throws -> Void
        /// After each step and each epoch: whether a checkpoint is due.
        public var checkpointDue: (_ atEpochEnd: Bool) throws -> Void
        /// Asked after each step: false ends the run there.
        public var goesOn: () -> Bool

        /// A listener.
        ///
        /// - Parameters:
        ///   - firstBatch: Before the run's first step.
        ///   - stepDone: After each step.
        ///   - validated: After each batch of an epoch's validation.
        ///   - epochDone: After each epoch's validation.
        ///   - checkpointDue: After each step and each epoch.
        ///   - goesOn: Asked after each step.
        public init(
            firstBatch: @escaping (TrainingBatch) throws -> Void = { _ in },
            stepDone: @escaping (StepRecord) throws -> Void = { _ in },
            validated: @escaping (_ done: Int, _ all: Int) -> Void = { _, _ in },
            epochDone: @escaping (EpochRecord, [ValidationFile.Prediction]) throws -> Void = { _, _ in },
            checkpointDue: @escaping (_ atEpochEnd: Bool) throws -> Void = { _ in },
            goesOn: @escaping () -> Bool = { true }
        ) {
            self.firstBatch = firstBatch
            self.stepDone = stepDone
            self.validated = validated
            self.epochDone = epochDone
            self.checkpointDue = checkpointDue
            self.goesOn = goesOn
        }
    }

    /// A run that has not begun.
    ///
    /// - Parameters:
    ///   - recipe: What decides how parameters move.
    ///   - network: What is trained.
    ///   - data: What it is trained and validated on; its loaders take this process's share of each batch.
    ///   - normalisation: How gray becomes input.
    ///   - group: The processes that train it together.
    /// - Throws: `ComputeError.outOfMemory`.
    public init(
        _ recipe: TrainingRecipe, _ network: TrainingNetwork, _ data: TrainingData,
        normalisation: Normalisation = .imageNet,
        in group: any ProcessGroup = SingleProcess()
    ) throws {
        self.recipe = recipe
        self.network = network
        self.data = data
        self.normalisation = normalisation
        self.group = group
        optimizer = try recipe.optimizer.make(for: network)
        if group.count > 1, network.architecture.hasBatchNorm {
            // Asked by the thread that trains, as all else of the group.
            nonisolated(unsafe) let group = group
            network.sumsOverProcesses = { values throws(ComputeError) in try group.sum(values) }
        }
        average = try recipe.averageDecay.map { _ in
            try ParameterTensors(network.architecture.entries, on: network.device) {
                try network.device.read(network.parameters[$0])
            }
        }
        random = RunRandom(seed: recipe.seed)
        wait = try ImageWait(data.training.meter, on: network.device)
        progress.scaler = recipe.scaler
        progress.epochs = recipe.epochs
        rates = recipe.schedule(steps: recipe.epochs * data.sampler.stepsPerEpoch(accumulating: recipe.accumulate))
            .rates()
    }

    /// Steps in an epoch: batches, or groups of them whose gradients are added up.
    public var stepsPerEpoch: Int { data.sampler.stepsPerEpoch(accumulating: recipe.accumulate) }

    /// Trains until the last epoch, until the listener ends it, or until `progress.stopped` says why it is over.
    ///
    /// - Parameter listener: Hears of the run.
    /// - Returns: Whether the run is over; false where the listener ended it before.
    /// - Throws: `TrainingError`, `ComputeError`, what reading images and the listener throw.
    public func run(_ listener: Listener) throws -> Bool {
        while progress.epoch < recipe.epochs, progress.stopped == nil {
            guard try trainEpoch(listener) else { return false }
            try finishEpoch(listener)
        }
        return true
    }

    /// The batch that is on its way to the device.
    var staged = StagedBatch()
    private var secondsOfEpoch = 0.0
    private var imagesOfProcess = 0
    private var wait: ImageWait

    /// Of the epoch's training so far, how long the device had nothing to do because images were not there yet: in seconds, and
    /// as a share of its time.
    public var imageWait: (seconds: Double, share: Double) {
        (wait.seconds, secondsOfEpoch > 0 ? min(1, wait.seconds / secondsOfEpoch) : 0)
    }

    private func trainEpoch(_ listener: Listener) throws -> Bool {
        let epoch = progress.epoch
        (secondsOfEpoch, imagesOfProcess) = (0, 0)
        let (frozen, share) = recipe.freezing(epoch: epoch)
        if network.frozen != frozen { try network.freeze(frozen) }
        guard progress.stepsOfEpoch < stepsPerEpoch else { return true }
        let batches = data.sampler.batches(epoch: epoch)
        let steps = StepBatches(accumulate: recipe.accumulate, last: batches.count - 1)
        staged = StagedBatch()
        var clock = ContinuousClock.now
        try wait.epochBegins()
        func make(_ due: [TrainingBatch], before next: TrainingBatch?) throws -> Bool {
            if progress.steps == 0, let first = due.first { try listener.firstBatch(first) }
            let (rate, scale) = (rates[progress.steps] * share, progress.scaler?.scale)
            try wait.stepBegins()
            let loss = try step(due, rate: rate, before: next)
            try wait.stepEnds()
            let (now, images) = (ContinuousClock.now, due.reduce(0) { $0 + $1.count })
            let seconds = (now - clock).inSeconds
            clock = now
            progress.steps += 1
            progress.stepsOfEpoch += 1
            progress.lossSum += loss * Double(images)
            progress.images += images
            secondsOfEpoch += seconds
            imagesOfProcess += images
            try shareChoices()
            try listener.stepDone(
                StepRecord(
                    step: progress.steps, epoch: epoch + 1, lr: rate, loss: loss, seconds: seconds, lossScale: scale))
            try listener.checkpointDue(false)
            return try !group.any(!listener.goesOn())
        }
        return try steps.run(make) { take in
            try data.training.run(
                batches, epoch: epoch, from: progress.stepsOfEpoch * recipe.accumulate, take: take)
        }
    }

    private func finishEpoch(_ listener: Listener) throws {
        let start = ContinuousClock.now
        let predictions = try data.predict(
            weights(of: average ?? network.parameters), normalisation: normalisation, in: group,
            done: listener.validated)
        try shareChoices()
        let scores = try ValidationScores(predictions)
        // By the run's loss, with labels as they are.
        let hard = recipe.loss.ofHardLabels
        let loss = predictions.reduce(0) { $0 + hard.value(logit: Double($1.logit), label: $1.label ? 1 : 0) }
        let rate = rates[progress.steps - 1] * recipe.freezing(epoch: progress.epoch).share
        var record = EpochRecord(
            epoch: progress.epoch + 1, steps: progress.steps,
            trainLoss: progress.lossSum / Double(max(1, progress.images)),
            validationLoss: loss / Double(max(1, predictions.count)), images: .init(scores.images),
            breasts: .init(scores.breasts), lr: rate,
            seconds: secondsOfEpoch + (ContinuousClock.now - start).inSeconds,
            imagesPerSecond: secondsOfEpoch > 0 ? Double(imagesOfProcess) / secondsOfEpoch : 0, isBest: false,
            waitShare: secondsOfEpoch > 0 ? imageWait.share : nil)
        // Not a number is worse than everything, and better than nothing.
        let worth = data.selection.worth(of: record) ?? -.infinity
        record.isBest = progress.best.map { worth > $0 } ?? true
        if record.isBest { (progress.best, progress.bestEpoch) = (worth, progress.epoch) }
        try listener.epochDone(record, predictions)
        progress.stopped = data.stopping.reason(after: progress, bestF1: record.breasts.bestF1)
        progress.epoch += 1
        (progress.stepsOfEpoch, progress.lossSum, progress.images) = (0, 0, 0)
        try listener.checkpointDue(true)
    }

    /// The network of some tensors, for prediction.
    private func weights(of tensors: ParameterTensors) throws -> InferenceNetwork {
        let device = network.device
        return try InferenceNetwork(device: device, architecture: network.architecture) { try device.read(tensors[$0]) }
    }

    /// The parameters that are validated and kept: the average where there is one. Counters of batches are the network's.
    ///
    /// - Returns: In torchvision's layout and order.
    /// - Throws: `ComputeError.outOfMemory`.
    public func tensors() throws(ComputeError) -> [SafetensorsWriter.Tensor] {
        let kept = average ?? network.parameters
        var tensors: [SafetensorsWriter.Tensor] = []
        for parameter in network.architecture.entries {
            let source = parameter.role == .counter ? network.parameters : kept
            let values = try network.device.read(source[parameter.name])
            tensors.append(SafetensorsWriter.Tensor(parameter, values: values))
        }
        return tensors
    }
}
