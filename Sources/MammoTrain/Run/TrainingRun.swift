import MammoChart
import MammoCompute
import MammoData
import MammoGraph
import MammoNet
import MammoTrack

/// A run in its folder: trains, and records the progress.
public final class TrainingRun {
    /// What is trained on what.
    public let plan: TrainingPlan
    /// Where it is recorded.
    public let folder: RunFolder
    /// What was decided in reading the weights that it starts from; nothing of a run that is resumed.
    public let notes: [String]
    /// What of the checkpoint is of no use here; nil where all is well.
    public let warning: String?
    private let trainer: Trainer
    private let origin: String
    private let images: RunOrigin
    private let steps: StepLog
    private let epochs: EpochLog
    private let events: EventFile
    private let monitor: SystemMonitor
    private var history: (steps: [StepRecord], epochs: [EpochRecord])
    private var lastCheckpoint = ContinuousClock.now

    /// How a run ended.
    public enum Outcome: Equatable, Sendable {
        /// All epochs are done.
        case finished
        /// It was over before its last epoch, for the reason given.
        case stopped(String)
        /// It was interrupted, and can be resumed.
        case interrupted
    }

    /// Sets a run up, from its beginning or from the checkpoint in its folder.
    ///
    /// - Parameters:
    ///   - plan: What is trained on what.
    ///   - folder: Opened for a new run, or to resume one.
    ///   - device: Where to compute.
    ///   - cores: Those of this process: see `TrainingPlan.workers`.
    ///   - group: The processes that train together, this being the first; the others are `TrainingFollower`s.
    /// - Throws: `DataError`, `WeightsError`, `TrainingError`, `ComputeError`.
    public init(
        _ plan: TrainingPlan, in folder: RunFolder, on device: any Device, cores: Int,
        group: any ProcessGroup = SingleProcess()
    ) throws {
        self.plan = plan
        self.folder = folder
        workers = plan.workers(cores: cores, on: device)
        let configuration = plan.configuration
        (origin, images) = (plan.origin, RunOrigin(plan.table))
        let goesOn = folder.hasCheckpoint
        let start =
            goesOn
            ? StartingValues(zerosFor: plan.architecture) : try StartingValues(plan.configuration, plan.architecture)
        notes = start.notes
        let meter = ReaderMeter()
        trainer = try plan.trainer(on: device, cores: cores, in: group, start: start, meter: meter)
        let cards = try CardIdentities.shared(by: group, device)
        warning =
            goesOn
            ? try Checkpoint.read(
                folder.checkpoint, into: trainer, origin: origin, images: images,
                epochs: try RunFolder.configuration(in: folder.path).epochs) : nil
        try Checkpoint.share(trainer)
        try folder.write(configuration)
        steps = try StepLog(path: folder.steps, keepingTo: trainer.progress.steps)
        epochs = try EpochLog(path: folder.epochs, keepingTo: trainer.progress.epoch)
        history = (steps.earlier, epochs.earlier)
        events = try EventFile(
            in: folder.path, after: trainer.progress.steps, hyperparameters: configuration.hyperparameters)
        events.addExperiment(configuration.hyperparameters, step: trainer.progress.steps)
        events.add(configuration.rows, step: trainer.progress.steps)
        monitor = try SystemMonitor(
            path: folder.system, cards: Cards(cards), meter: meter, step: trainer.progress.steps)
    }

    /// Its progress.
    public var progress: TrainingProgress { trainer.progress }
    /// Of the epoch's training so far, how long the device had nothing to do because images were not there yet: in seconds, and
    /// as a share of its time.
    public var imageWait: (seconds: Double, share: Double) { trainer.imageWait }
    /// Threads that load images.
    public let workers: Int
    /// Steps of an epoch.
    public var stepsPerEpoch: Int { trainer.stepsPerEpoch }
    /// The epochs that are done.
    public var epochRecords: [EpochRecord] { history.epochs }
    /// Time and energy, over all times that it was resumed.
    package var usage: RunUsage { monitor.usage }
    /// Why a line of system.csv could not be written; nil where all are there. The run goes on without it.
    public var monitoringProblem: DataError? { monitor.problem }

    /// Trains to the end, or until it is asked to stop.
    ///
    /// - Parameters:
    ///   - stepDone: Told of each step.
    ///   - validated: Told after each batch of an epoch's validation how many of how many images are done.
    ///   - epochDone: Told of each epoch.
    ///   - goesOn: Asked after each step; false writes a checkpoint and ends the run there.
    /// - Returns: How it ended.
    /// - Throws: `TrainingError` where the loss is not finite, `DataError` where images cannot be read or files not be
    ///   written, `ComputeError`.
    public func train(
        stepDone: @escaping (StepRecord) -> Void, validated: @escaping (_ done: Int, _ all: Int) -> Void = { _, _ in },
        epochDone: @escaping (EpochRecord) -> Void, goesOn: @escaping () -> Bool
    ) throws -> Outcome {
        let signal = TestSignal.requested(at: .step)
        let listener = Trainer.Listener(
            firstBatch: { [self] batch in events.add("train/first_batch", try RunPictures.batch(batch), step: 0) },
            stepDone: { [self] record in
                history.steps.append(record)
                try steps.append(record)
                try events.add(record, memory: ProcessMemory.residentBytes)
                monitor.reached(record.step)
                try addSamples()
                stepDone(record)
                signal?.countOne()
            },
            validated: validated,
            epochDone: { [self] record, predictions in
                try keep(record, predictions)
                epochDone(record)
            },
            checkpointDue: { [self] isEpochEnd in
                let minutes = Duration.seconds(60 * plan.configuration.checkpointMinutes)
                if isEpochEnd || ContinuousClock.now - lastCheckpoint >= minutes { try writeCheckpoint() }
            }, goesOn: goesOn)
        monitor.start()
        do {
            let isOver: Bool
            do {
                // It stops whatever happens, and before anyone asks what the run has used.
                defer { monitor.stop() }
                isOver = try trainer.run(listener)
                if !isOver { try writeCheckpoint() }
            }
            try finish(succeeded: true)
            if !isOver { return .interrupted }
            return trainer.progress.stopped.map(Outcome.stopped) ?? .finished
        } catch {
            // What is known so far is kept; the error is what matters.
            try? finish(succeeded: false)
            throw error
        }
    }

    private func addSamples() throws(DataError) {
        for sample in monitor.takeSamples() { try events.add(sample.metrics, step: sample.step) }
    }

    private func writeCheckpoint() throws {
        // Tables first: a checkpoint never knows of a step that they do not.
        try steps.flush()
        try epochs.flush()
        try events.flush()
        try Checkpoint.write(trainer, origin: origin, images: images, to: folder.checkpoint)
        lastCheckpoint = .now
    }

    /// An epoch's line, the weights where they are to stay, and its predictions where it is the best so far.
    private func keep(_ record: EpochRecord, _ predictions: [ValidationFile.Prediction]) throws {
        let kept = plan.configuration.keep
        let files =
            (record.isBest ? [folder.best] : [])
            + (kept.keeps(record.epoch, of: record.epoch) ? [folder.weights(ofEpoch: record.epoch)] : [])
        if record.isBest {
            try ValidationFile.write(predictions, fold: plan.configuration.fold, to: folder.validation)
        }
        if !files.isEmpty {
            let (tensors, metadata) = (try trainer.tensors(), metadata(of: record).texts)
            for file in files { try SafetensorsWriter.write(tensors, metadata: metadata, to: file) }
        }
        for (epoch, name) in folder.keptEpochs where !kept.keeps(epoch, of: record.epoch) {
            _ = Files.remove("\(folder.path)/\(name)")
        }
        history.epochs.append(record)
        try epochs.append(record)
        try events.add(record)
        events.add(PRCurve(try ValidationScores.breasts(predictions)), step: record.steps)
        events.add("validation/worst", try RunPictures.worst(predictions, trainer.data.validation), step: record.steps)
        try writeReport()
    }

    private func metadata(of record: EpochRecord) -> WeightsMetadata {
        var metadata = WeightsMetadata()
        metadata.architecture = plan.architecture.name
        metadata.pooling = plan.architecture.pooling
        metadata.normalisation = trainer.normalisation
        metadata.preprocessing = plan.table.parameters
        metadata.threshold = record.breasts.threshold
        metadata.others = ["epoch": "\(record.epoch)", "fold": "\(plan.configuration.fold)"]
        return metadata
    }

    private func finish(succeeded: Bool) throws {
        try steps.flush()
        try epochs.flush()
        try addSamples()
        try events.end(step: trainer.progress.steps, succeeded: succeeded)
        try writeReport()
    }

    private func writeReport() throws {
        let progress = trainer.progress
        let notes =
            plan.table.warnings + (progress.extensions ?? []).map(\.description) + (progress.stopped.map { [$0] } ?? [])
        let report = RunReport(
            name: Files.name(of: folder.path),
            configuration: plan.configuration, steps: history.steps, epochs: history.epochs, usage: monitor.usage,
            notes: notes)
        try Files.write(Array(report.html.utf8), to: folder.report)
    }
}
