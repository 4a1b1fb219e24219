import FoundationEssentials
import MammoCompute
import MammoData
import MammoGraph
import MammoNet

/// The whole state of a run in a safetensors file: parameters, the optimizer's state, average, progress. Random numbers need no state:
/// each is a function of the seed and its place in the run (see `RunRandom`).
public enum Checkpoint {
    /// What a checkpoint says in words.
    private struct Header: Codable {
        var progress: TrainingProgress
        /// Steps that each parameter has made.
        var steps: [String: Int]
        /// What the run is; a checkpoint of another is refused.
        var origin: String
        /// How gray becomes input; nil in checkpoints of versions before 0.2: ImageNet's.
        var mean: [Float]?
        var deviation: [Float]?
        /// For readers of the file as weights, since tensors do not tell avg from max; nil in checkpoints of versions before 0.3.
        var pool: Pooling?
        /// What `origin` is the digest of, to name what differs; nil in checkpoints of versions before 0.2.
        var images: RunOrigin?
        /// The algorithms of a card's products; nil where they are not tuned.
        var products: ProductChoices?

        init(_ trainer: Trainer, _ origin: String, _ images: RunOrigin?) throws(ComputeError) {
            (progress, steps) = (trainer.progress, trainer.optimizer.steps)
            (self.origin, self.images) = (origin, images)
            (mean, deviation) = (trainer.normalisation.mean, trainer.normalisation.deviation)
            pool = trainer.network.architecture.pooling
            products = try trainer.choices()
        }
    }

    /// Brings what a checkpoint says in words to a trainer.
    private static func apply(_ header: Header, to trainer: Trainer) {
        (trainer.progress, trainer.optimizer.steps) = (header.progress, header.steps)
        trainer.progress.extend(to: trainer.recipe.epochs)
        guard let mean = header.mean, let deviation = header.deviation, mean.count == 3, deviation.count == 3 else {
            return
        }
        trainer.normalisation = Normalisation(mean: mean, deviation: deviation)
    }

    /// Writes a run's state: beside first, then renamed, so that there is always a whole one.
    ///
    /// - Parameters:
    ///   - trainer: The run.
    ///   - origin: What the run is.
    ///   - images: The same in parts, for a message.
    ///   - path: The file.
    /// - Throws: `DataError.unwritable`, `ComputeError.outOfMemory`.
    package static func write(
        _ trainer: Trainer, origin: String, images: RunOrigin? = nil, to path: String
    ) throws {
        let header = try Header(trainer, origin, images)
        let groups = groups(of: trainer)
        let entries = groups.flatMap { group in
            group.parameters.map { SafetensorsWriter.Entry(name: "\(group.name).\($0.name)", shape: $0.shape) }
        }
        var sources = groups.flatMap { group in group.parameters.map { group.tensors[$0.name] } }.makeIterator()
        try SafetensorsWriter.write(entries, metadata: [RunCheckpoint.key: JSONText.line(header)], to: path) { _ in
            guard let tensor = sources.next() else { preconditionFailure("fewer tensors than entries") }
            return try trainer.network.device.read(tensor)
        }
    }

    /// How far a run has come, without its tensors.
    ///
    /// - Parameter path: The checkpoint.
    /// - Returns: The progress; nil where the file is no checkpoint.
    /// - Throws: `DataError.unreadable`, `WeightsError.damaged`.
    package static func progress(of path: String) throws -> TrainingProgress? {
        guard let text = try WeightsFile.metadata(ofSafetensors: path)[RunCheckpoint.key] else { return nil }
        return (try? JSONDecoder().decode(Header.self, from: Data(text.utf8)))?.progress
    }

    /// Whether a run has come to its end.
    ///
    /// - Parameters:
    ///   - path: Its checkpoint.
    ///   - epochs: How many it is to have.
    /// - Returns: False also where there is no checkpoint.
    /// - Throws: `DataError.unreadable`, `WeightsError.damaged`.
    package static func isOver(_ path: String, epochs: Int) throws -> Bool {
        guard Files.status(of: path) != nil, let progress = try progress(of: path) else { return false }
        return progress.stopped != nil || progress.epoch >= epochs
    }

    /// Brings a run to where it was.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - trainer: A run that has not begun.
    ///   - origin: What the run is.
    ///   - images: The same in parts, to name what differs.
    ///   - epochs: The epochs that the run was to have, for checkpoints of versions before 0.3, which do not say.
    /// - Returns: A warning where something of it is of no use here; nil where all is well.
    /// - Throws: `TrainingError.checkpoint` where it is another run's, `WeightsError` where it is damaged,
    ///   `DataError.unreadable`.
    @discardableResult
    package static func read(
        _ path: String, into trainer: Trainer, origin: String, images: RunOrigin? = nil, epochs: Int? = nil
    ) throws -> String? {
        let file = try WeightsFile(path: path)
        guard let text = file.metadata[RunCheckpoint.key],
            var header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8))
        else { throw TrainingError.checkpoint(path: path, reason: "is not a checkpoint of mammo train") }
        header.progress.epochs = header.progress.epochs ?? epochs
        guard header.origin == origin else {
            throw TrainingError.checkpoint(path: path, reason: refusal(header.images, images))
        }
        trainer.optimizer.steps = header.steps
        let entries = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
        for group in groups(of: trainer) {
            for parameter in group.parameters {
                guard let entry = entries["\(group.name).\(parameter.name)"], entry.count == parameter.count else {
                    throw TrainingError.checkpoint(path: path, reason: "lacks \(group.name).\(parameter.name)")
                }
                try trainer.network.device.overwrite(group.tensors[parameter.name], with: file.values(of: entry))
            }
        }
        apply(header, to: trainer)
        return try trainer.take(header.products, from: path)
    }

    /// Why a checkpoint of another run is refused, with what differs where that is known.
    private static func refusal(_ found: RunOrigin?, _ expected: RunOrigin?) -> String {
        var differences: [String] = []
        if let found, let expected { differences = expected.differences(from: found) }
        let named = differences.isEmpty ? "images, labels, size or preprocessing" : differences.joined(separator: "; ")
        return "belongs to a run on other images (\(named)); give the --images and --csv that the run was started with"
    }

    /// Brings all processes of a run to where process 0 is.
    ///
    /// - Parameter trainer: The run, from its beginning or a checkpoint; in the other processes, one that has not begun.
    /// - Throws: `ComputeError.processes`.
    public static func share(_ trainer: Trainer) throws {
        guard trainer.group.count > 1 else { return }
        let text = try trainer.group.broadcast(Array(JSONText.line(try Header(trainer, "", nil)).utf8))
        let header = try JSONDecoder().decode(Header.self, from: Data(text))
        apply(header, to: trainer)
        _ = try trainer.take(header.products, from: "process 0")
        let tensors = groups(of: trainer).flatMap { group in group.parameters.map { group.tensors[$0.name] } }
        try trainer.group.broadcast(tensors, on: trainer.network.device)
    }

    /// Tensors of one kind, under a name.
    private struct Group {
        let name: String
        let parameters: [ParameterSpec]
        let tensors: ParameterTensors
    }

    /// What there is to keep; of parameters that have made no step, the optimizer's state is zero and is left out.
    private static func groups(of trainer: Trainer) -> [Group] {
        let all = trainer.network.architecture.entries
        let moved = all.filter { trainer.optimizer.steps[$0.name] != nil }
        var groups = [
            Group(name: RunCheckpoint.parameters, parameters: all, tensors: trainer.network.parameters)
        ]
        groups += trainer.optimizer.state.map { Group(name: $0.name, parameters: moved, tensors: $0.tensors) }
        if let average = trainer.average {
            groups.append(Group(name: RunCheckpoint.averages, parameters: all, tensors: average))
        }
        return groups
    }
}
