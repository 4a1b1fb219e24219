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
        /// Made with other parameters than expected; the options that differ.
        case otherParameters(found: String, expected: String)
        /// A file in the folder that the list does not ask for.
        case extra
    }

    /// What the images are expected to be made with.
    public let parameters: PreprocessParameters
    /// Outputs that exist and are intact.
    public let intact: Int
    /// The others, in the list's order, then what is extra.
    public let problems: [(name: String, problem: Problem)]

    /// Reads every PNG of the list in a folder.
    ///
    /// - Parameters:
    ///   - items: The images that the folder should hold.
    ///   - folder: The output folder.
    ///   - expected: What the images should be made with; nil for what most images of the folder's manifest are made with.
    ///   - jobs: Images read at a time.
    /// - Throws: `DataError.unreadable` where there is no such folder.
    public init(
        _ items: [WorkList.Item], in folder: String, madeWith expected: PreprocessParameters?, jobs: Int
    ) throws(DataError) {
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        let entries = try Manifest.entries(in: folder)
        let parameters = expected ?? Self.commonest(in: entries.values) ?? PreprocessParameters()
        self.parameters = parameters
        let found = Mutex([Problem?](repeating: nil, count: items.count))
        WorkerPool(workers: jobs).run(count: items.count) { number in
            let problem = Self.problem(with: entries[items[number].outputName], in: folder, parameters)
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

    private static func problem(
        with entry: ManifestEntry?, in folder: String, _ parameters: PreprocessParameters
    ) -> Problem? {
        guard let entry else { return .missing }
        if let error = entry.error { return .failed(reason: error) }
        guard Files.status(of: "\(folder)/\(entry.output)") != nil else { return .missing }
        if !entry.pngIsIntact(in: folder) { return .damaged }
        if entry.parameters == parameters { return nil }
        let (found, expected) = PreprocessParameters.differing(
            entry.parameters.description, parameters.description)
        return .otherParameters(found: found, expected: expected)
    }

    /// What most images are made with; of equals the first in the order of their descriptions.
    private static func commonest(in entries: some Sequence<ManifestEntry>) -> PreprocessParameters? {
        var counts: [String: (parameters: PreprocessParameters, count: Int)] = [:]
        for entry in entries where entry.error == nil {
            counts[entry.parameters.description, default: (entry.parameters, 0)].count += 1
        }
        return counts.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }?.value.parameters
    }
}
