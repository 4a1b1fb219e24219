import MammoBase
import MammoImage
import Synchronization

/// What a folder of PNGs has of the images that are to be trained on, by the files' first bytes and the manifest: what
/// would stop a run hours later is found before it begins.
public struct ImageSurvey: Sendable {
    /// Whether each row's PNG is there.
    public let isThere: [Bool]
    /// Rows of pixels of every image.
    public let rows: Int
    /// Columns of pixels of every image.
    public let columns: Int
    /// Bits a pixel: 16 where any image has as many.
    public let depth: BitDepth
    /// What the images were made with; nil where the folder has no manifest of them.
    public let parameters: PreprocessParameters?
    /// Images that are there and that the manifest does not know.
    public let unlisted: Int

    /// Looks at each row's PNG.
    ///
    /// - Parameters:
    ///   - table: Rows of a table.
    ///   - folder: Where the PNGs are.
    ///   - leaveOutMissing: Whether images may be missing, as long as some are there.
    /// - Throws: `DataError` where there is no such folder, where images are missing, of different sizes, not gray with 8
    ///   or 16 bits a pixel, or made with different parameters.
    public init(_ table: [ImageTable.Row], in folder: String, leaveOutMissing: Bool) throws(DataError) {
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        let starts = Self.starts(of: table, in: folder)
        isThere = starts.map { $0 != nil }
        let missing = zip(table, isThere).filter { !$0.1 }.map(\.0.outputName)
        guard missing.isEmpty || leaveOutMissing && missing.count < table.count else {
            let advice = leaveOutMissing ? "" : "; preprocess them, or give --leave-out-missing to train without them"
            throw .training(
                "\(folder): \(missing.count) of \(table.count.of("image")) \(missing.count.isOrAre) missing (\(Listing.few(missing)))\(advice)"
            )
        }

        let there = zip(table, starts).compactMap { row, start in start.map { (row, $0) } }
        let headers = there.map { ($0.0.outputName, PNGHeader($0.1)) }
        let unusable = headers.filter { $0.1.map { $0.refusal != nil } ?? true }
        guard unusable.isEmpty, let first = headers.first?.1 else {
            let reason = unusable.first?.1?.refusal.map { "; the first is \($0)" } ?? ""
            throw .training(
                "\(folder): \(unusable.count) of \(headers.count.of("image")) \(unusable.count.isOrAre) not grayscale PNGs of 8 or 16 bits "
                    + "(\(Listing.few(unusable.map(\.0))))\(reason)")
        }
        depth = headers.contains { $0.1?.bits == 16 } ? .sixteen : .eight
        let others = headers.compactMap { name, header in
            header.map {
                ($0.rows, $0.columns) != (first.rows, first.columns) ? "\(name) \($0.rows)x\($0.columns)" : nil
            }
        }.compactMap { $0 }
        guard others.isEmpty else {
            throw .training(
                "\(folder): \(others.count) of \(headers.count) images \(others.count.isOrAre) not \(first.rows)x\(first.columns) pixels as the "
                    + "first is (\(Listing.few(others))); preprocess all with one --size")
        }
        (rows, columns) = (first.rows, first.columns)
        (parameters, unlisted) = try Self.parameters(of: there.map(\.0), in: folder)
    }

    private static func starts(of table: [ImageTable.Row], in folder: String) -> [[UInt8]?] {
        let starts = Mutex([[UInt8]?](repeating: nil, count: table.count))
        // More than cores: a network's disk takes its time to answer, not to read.
        WorkerPool(workers: 8).run(count: table.count) { number in
            let start = Files.start(of: "\(folder)/\(table[number].outputName)", count: PNGHeader.length)
            starts.withLock { $0[number] = start }
            return true
        }
        return starts.withLock { $0 }
    }

    private static func parameters(
        of rows: [ImageTable.Row], in folder: String
    ) throws(DataError) -> (PreprocessParameters?, unlisted: Int) {
        let entries = try Manifest.entries(in: folder)
        guard !entries.isEmpty else { return (nil, 0) }
        var first: ManifestEntry?
        var unlisted = 0
        for row in rows {
            guard let entry = entries[row.outputName], entry.error == nil else {
                unlisted += 1
                continue
            }
            if let first, !first.parameters.samePixels(as: entry.parameters) {
                throw .table(
                    path: "\(folder)/\(Manifest.fileName)",
                    reason: "\(first.output) was made with \(first.parameters), but \(entry.output) with "
                        + "\(entry.parameters); preprocess all with the same")
            }
            first = first ?? entry
        }
        return (first?.parameters, unlisted)
    }
}
