import MammoData
import MammoTrack

/// A training run's folder, held by one process at a time.
public final class RunFolder: Sendable {
    /// What is done with a run that the folder already holds.
    public enum Opening: Sendable {
        /// It is refused.
        case new
        /// It is resumed; there has to be one.
        case resumed
        /// It is removed, the run's own files and nothing else.
        case forced
    }

    /// Where it is, without a slash at its end.
    public let path: String
    private let lock: FolderLock

    /// Every parameter.
    public var configuration: String { "\(path)/config.yaml" }
    /// A line for each step.
    public var steps: String { "\(path)/steps.csv" }
    /// A line for each epoch.
    public var epochs: String { "\(path)/epochs.csv" }
    /// A line for each few seconds: what the machine and its cards did.
    public var system: String { "\(path)/system.csv" }
    /// The best epoch's weights, with threshold and preprocessing in their metadata.
    public var best: String { "\(path)/best.safetensors" }
    /// All that is needed to resume the run.
    public var checkpoint: String { "\(path)/last.checkpoint" }
    /// The best epoch's predictions of the fold that was not trained on.
    public var validation: String { "\(path)/validation.csv" }
    /// Curves and tables.
    public var report: String { "\(path)/report.html" }

    private static let epochPrefix = "epoch-"
    private static let epochSuffix = ".safetensors"

    /// The weights of an epoch that `keep` names.
    ///
    /// - Parameter epoch: From 1.
    /// - Returns: The file: epoch-012.safetensors.
    public func weights(ofEpoch epoch: Int) -> String {
        let number = "\(epoch)"
        let zeros = String(repeating: "0", count: max(0, 3 - number.count))
        return "\(path)/\(Self.epochPrefix)\(zeros)\(number)\(Self.epochSuffix)"
    }

    /// The epochs whose weights are in the folder, and their files' names.
    var keptEpochs: [(epoch: Int, name: String)] {
        Files.names(in: path).compactMap { name in Self.epoch(ofFile: name).map { ($0, name) } }
    }

    /// The epoch whose weights a file has; nil of other files.
    static func epoch(ofFile name: String) -> Int? {
        guard name.hasPrefix(epochPrefix), name.hasSuffix(epochSuffix) else { return nil }
        let digits = name.dropFirst(epochPrefix.count).dropLast(epochSuffix.count)
        return digits.count >= 3 && digits.allSatisfy({ ("0"..."9").contains($0) }) ? Int(digits) : nil
    }

    /// Whether there is a checkpoint to resume from; a run that was killed before its first has none, and starts over.
    public var hasCheckpoint: Bool { Files.status(of: checkpoint) != nil }

    /// Opens a folder and makes it where there is none.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - opening: What is done with a run that it already holds.
    /// - Throws: `DataError` where the folder holds a run, or none to resume, where another process trains in it, or
    ///   where it cannot be written.
    public init(_ path: String, _ opening: Opening) throws(DataError) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let configuration = "\(self.path)/config.yaml"
        if opening == .resumed {
            guard Files.status(of: configuration) != nil else {
                throw .table(path: self.path, reason: "holds no run to resume: there is no config.yaml")
            }
        } else {
            try Files.makeFolder(self.path)
        }
        lock = try FolderLock(self.path, busy: Self.busy)
        do throws(DataError) {
            let found = Self.files(in: self.path)
            if opening == .new, let name = found.first(where: { $0 == "config.yaml" }) ?? found.first {
                throw .table(
                    path: self.path,
                    reason:
                        "already holds a run (\(name)); resume it with --resume \(self.path), name another --out, "
                        + "or give --force to start over")
            }
            try Files.checkWritable(configuration)
            PartialFile.sweep(self.path)
            // The configuration goes first: what is left of a run without it is no run.
            if opening == .forced {
                for name in ["config.yaml"] + found { _ = Files.remove("\(self.path)/\(name)") }
            }
        } catch {
            lock.release()
            throw error
        }
    }

    deinit { lock.release() }

    private static let busy = "another process is training in it; wait until it ends, or stop it"

    /// Whether a process trains in a folder now.
    ///
    /// - Parameter path: The folder.
    /// - Returns: False also where there is no such folder.
    package static func isBeingTrained(_ path: String) -> Bool {
        do throws(DataError) {
            try FolderLock(path, busy: busy).release()
        } catch .table {
            return true
        } catch {
            return false
        }
        return false
    }

    /// Writes `config.yaml`.
    ///
    /// - Parameter configuration: Every parameter.
    /// - Throws: `DataError.unwritable`.
    public func write(_ configuration: TrainingConfiguration) throws(DataError) {
        try Files.write(configuration.yaml, to: self.configuration)
    }

    /// Reads the `config.yaml` of a run, without opening its folder.
    ///
    /// - Parameter path: The folder.
    /// - Returns: What the run was last started with.
    /// - Throws: `DataError` where it is missing or damaged.
    public static func configuration(in path: String) throws(DataError) -> TrainingConfiguration {
        let name = path.hasSuffix("/") ? "\(path)config.yaml" : "\(path)/config.yaml"
        guard Files.status(of: name) != nil else {
            throw .table(path: path, reason: "holds no run: there is no config.yaml")
        }
        var configuration = TrainingConfiguration()
        try ConfigurationFile(path: name).apply(to: &configuration)
        return configuration
    }

    /// The TensorBoard event files that are there, in the order they were begun.
    public var eventFiles: [String] {
        Files.names(in: path).filter { $0.hasPrefix(EventFile.prefix) }.map { "\(path)/\($0)" }
    }

    /// A run's files that are in a folder.
    static func files(in path: String) -> [String] {
        let own: Set = [
            "config.yaml", "steps.csv", "epochs.csv", "system.csv", "best.safetensors", "last.checkpoint",
            "validation.csv", "report.html", TrackingState.name,
        ]
        return Files.names(in: path).filter {
            own.contains($0) || $0.hasPrefix(EventFile.prefix) || epoch(ofFile: $0) != nil
        }
    }
}
