import MammoCompute
import MammoData
import MammoTrain

/// One training of a cross-validation: without one fold, from one seed, in a run folder like any other.
package struct FoldJob: Equatable, Sendable {
    /// The fold that is not trained on.
    package let fold: Int
    /// Which random numbers.
    package let seed: Int
    /// The folder's name: `fold-0`, or, of further seeds, `fold-0-seed-2`.
    package let name: String
    /// The run's folder.
    package let path: String
    /// What is trained on what.
    package let configuration: TrainingConfiguration
    /// Steps of the whole run.
    package let stepCount: Int

    /// A job.
    ///
    /// - Parameters:
    ///   - configuration: That of all jobs; its seed is that of the first of each fold.
    ///   - fold: The fold that is not trained on.
    ///   - seed: Which random numbers.
    ///   - stepCount: Steps of the whole run.
    ///   - files: Where the run's folder lies.
    package init(
        _ configuration: TrainingConfiguration, fold: Int, seed: Int, stepCount: Int, in files: CrossValidationFiles
    ) {
        var own = configuration
        (own.fold, own.seed) = (fold, seed)
        (self.fold, self.seed, self.configuration, self.stepCount) = (fold, seed, own, stepCount)
        name = seed == configuration.seed ? "fold-\(fold)" : "fold-\(fold)-seed-\(seed)"
        path = "\(files.out)/\(name)"
    }

    /// The best epoch's weights.
    package var weights: String { "\(path)/best.safetensors" }
    /// The best epoch's predictions of the fold.
    package var validation: String { "\(path)/validation.csv" }
    /// What the run says, appended to whenever it is started.
    package var log: String { "\(path)/train.log" }
    /// A line for each step.
    package var steps: String { "\(path)/steps.csv" }
    /// A line for each epoch.
    package var epochs: String { "\(path)/epochs.csv" }

    /// Whether the run came to its end and left weights.
    package var isFinished: Bool {
        guard Files.status(of: weights) != nil, Files.status(of: validation) != nil else { return false }
        return (try? Checkpoint.isOver("\(path)/last.checkpoint", epochs: configuration.epochs)) ?? false
    }

    /// Steps that are done, as far as the run's table has them.
    package var stepsDone: Int { isFinished ? stepCount : RunningJob.lastStep(steps)?.step ?? 0 }

    /// Brings the folder to where `mammo train --resume` starts or continues the run on a device.
    ///
    /// - Parameters:
    ///   - device: What computes; of the kind that the run was begun with.
    ///   - threads: Threads that compute, where the configuration does not say.
    /// - Throws: `DataError` where the folder holds a run with other settings, or cannot be written.
    package func prepare(on device: DeviceChoice, threads: Int?) throws(DataError) {
        try checkSettings(on: device)
        try Files.makeFolder(path)
        var wanted = configuration
        wanted.device = device
        wanted.threads = configuration.threads ?? threads
        if let threads { wanted.workers = configuration.workers(cores: threads, besideCard: device != .cpu) }
        try Files.write(wanted.yaml, to: "\(path)/config.yaml")
    }

    /// Refuses a run that was begun with other settings, whether it is finished or not.
    ///
    /// - Parameter device: What computes.
    /// - Throws: `DataError` that names what differs.
    package func checkSettings(on device: DeviceChoice) throws(DataError) {
        guard Files.status(of: "\(path)/config.yaml") != nil else { return }
        var earlier = try RunFolder.configuration(in: path)
        // The CPU and cards do not compute the same bits.
        guard (earlier.device == .cpu) == (device == .cpu) else {
            throw .table(
                path: path,
                reason: "was begun on \(earlier.device), found \(device); resume it on the same kind of device, or "
                    + "name another --out")
        }
        guard earlier.epochs == configuration.epochs else {
            throw .table(
                path: path,
                reason:
                    "was given \(earlier.epochs) epochs, found \(configuration.epochs): all folds have the same; remove "
                    + "it, or name another --out")
        }
        // Cards of a kind compute the same; which of them a fold gets depends on which is free. Weights are compared by their
        // contents, wherever they lie.
        (earlier.device, earlier.weights) = (configuration.device, configuration.weights)
        let differences = configuration.differences(from: earlier)
        guard differences.isEmpty else {
            throw .table(
                path: path,
                reason: "was begun with other settings (\(differences.joined(separator: "; "))); use those, or "
                    + "name another --out")
        }
    }
}
