import MammoImage
import Synchronization

/// What a batch has still to do in a folder that may hold the work of earlier runs.
public struct BatchPlan: Sendable {
    /// Why an image is to be made.
    public enum Reason: String, Sendable, CaseIterable {
        /// It has not been made yet.
        case new = "new"
        /// It could not be made before.
        case failedBefore = "failed before"
        /// The DICOM file has another size or date than when it was made.
        case inputChanged = "input changed"
        /// The PNG is gone, or not the bytes that were written.
        case damaged = "damaged"
        /// It exists, and is made again.
        case forced = "forced"
    }

    /// The images to be made, in the list's order.
    public let toDo: [WorkList.Item]
    /// How many are made for each reason.
    public let reasons: [Reason: Int]
    /// Images that exist and are intact.
    public let done: Int

    /// Looks at the folder of `batch`: manifest, inputs and the PNGs' own bytes.
    ///
    /// - Throws: `DataError.otherParameters` where the folder holds images made with others, unless `force`;
    ///   `.unreadable`.
    public init(_ items: [WorkList.Item], for batch: PreprocessBatch, force: Bool) throws(DataError) {
        let entries = try Manifest.entries(in: batch.outputFolder)
        if !force, let other = entries.values.first(where: { $0.error == nil && $0.parameters != batch.parameters }) {
            let (found, asked) = PreprocessParameters.differing(
                other.parameters.description, batch.parameters.description)
            throw .otherParameters(folder: batch.outputFolder, found: found, asked: asked)
        }
        let found = Mutex([Reason?](repeating: nil, count: items.count))
        let standing: @Sendable (WorkList.Item) -> Reason? = { item in
            if force { return .forced }
            guard let entry = entries[item.outputName] else { return .new }
            return Self.reason(for: entry, item, in: batch.outputFolder)
        }
        WorkerPool(workers: batch.jobs).run(count: items.count) { number in
            let reason = standing(items[number])
            found.withLock { $0[number] = reason }
            return true
        }
        let reasonOfItem = found.withLock { $0 }
        toDo = zip(items, reasonOfItem).filter { $0.1 != nil }.map(\.0)
        reasons = Dictionary(reasonOfItem.compactMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
        done = items.count - toDo.count
    }

    private static func reason(for entry: ManifestEntry, _ item: WorkList.Item, in folder: String) -> Reason? {
        if entry.error != nil { return .failedBefore }
        // An input that is gone since does not matter: what it gave is there.
        if let status = Files.status(of: item.input),
            status.bytes != entry.inputBytes || status.modified != entry.inputModified
        {
            return .inputChanged
        }
        return entry.pngIsIntact(in: folder) ? nil : .damaged
    }
}

extension ManifestEntry {
    /// Whether the PNG in `folder` is byte for byte what was written.
    func pngIsIntact(in folder: String) -> Bool {
        let path = "\(folder)/\(output)"
        guard let pngSHA256, Files.status(of: path)?.bytes == pngBytes, let png = try? Files.read(path) else {
            return false
        }
        return SHA256Digest.hex(of: png) == pngSHA256
    }
}
