import MammoImage
import Synchronization

/// Compares an output folder with the images it should hold.
public struct FolderCheck: Sendable {
    /// What is wrong with one output.
    public enum Problem: Sendable, Equatable {
        /// No PNG, or none that the manifest knows of.
        case missing
        /// It was tried and could not be made.
        case failed(reason: String)
        /// The bytes are not those that were written.
        case damaged
        /// Made with other parameters than asked for.
        case otherParameters(String)
        /// A file in the folder that the list does not ask for.
        case extra
    }

    /// Outputs that are there and right.
    public let intact: Int
    /// The others, in the list's order, then what is extra.
    public let problems: [(name: String, problem: Problem)]

    /// Reads every PNG of the list in the folder of `batch`.
    ///
    /// - Throws: `DataError.unreadable` where there is no such folder.
    public init(_ items: [WorkList.Item], for batch: PreprocessBatch) throws(DataError) {
        let folder = batch.outputFolder
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        let entries = try Manifest.entries(in: folder)
        let found = Mutex([Problem?](repeating: nil, count: items.count))
        WorkerPool(workers: batch.jobs).run(count: items.count) { number in
            let problem = Self.problem(with: entries[items[number].outputName], batch)
            found.withLock { $0[number] = problem }
            return true
        }
        var problems: [(name: String, problem: Problem)] = []
        for (item, problem) in zip(items, found.withLock { $0 }) {
            if let problem { problems.append((item.outputName, problem)) }
        }
        intact = items.count - problems.count
        let asked = Set(items.map(\.outputName)).union([Manifest.fileName])
        for name in Files.names(in: folder) where !asked.contains(name) { problems.append((name, .extra)) }
        self.problems = problems
    }

    private static func problem(with entry: ManifestEntry?, _ batch: PreprocessBatch) -> Problem? {
        guard let entry else { return .missing }
        if let error = entry.error { return .failed(reason: error) }
        guard Files.status(of: "\(batch.outputFolder)/\(entry.output)") != nil else { return .missing }
        if !entry.pngIsIntact(in: batch.outputFolder) { return .damaged }
        return entry.parameters == batch.parameters ? nil : .otherParameters(entry.parameters.description)
    }
}
