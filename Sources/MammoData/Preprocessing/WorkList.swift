import Synchronization

/// Which DICOM files a batch reads and what it calls the results.
public struct WorkList: Sendable {
    /// One image to be made.
    public struct Item: Equatable, Sendable {
        /// The DICOM file.
        public let input: String
        /// `{patient}_{image}.png`.
        public let outputName: String
    }

    /// The images, in the order they were named.
    public private(set) var items: [Item] = []
    /// Inputs that were skipped, with the reason.
    public private(set) var refused: [(input: String, reason: String)] = []

    private var inputOfOutput: [[UInt8]: String] = [:]

    /// The images of a table, below `folder` or where its column `path` says.
    public init(table: ImageTable, folder: String) {
        let rows = table.rows
        let paths = Self.inputs(rows.count) { rows[$0].location.path(in: folder) }
        for (row, path) in zip(rows, paths) { add(input: path, outputName: row.outputName) }
    }

    /// The lines of a list as `mammo split` writes them: one `patient/image.dcm` a line, below `folder`; or a path, from the
    /// root on or below `folder`, and behind a tab what its PNG is called.
    ///
    /// - Throws: `DataError` where the list cannot be read or names nothing.
    public init(list path: String, folder: String) throws(DataError) {
        var bytes = try Files.read(path)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        // As bytes: to Swift a carriage return and a line feed are one character.
        let lineFeed = UInt8(ascii: "\n")
        let end = bytes.contains(lineFeed) ? lineFeed : UInt8(ascii: "\r")
        var lines: [ListLine] = []
        for (index, line) in bytes.split(separator: end, omittingEmptySubsequences: false).enumerated() {
            let text = String(decoding: line, as: UTF8.self).trimmed
            if text.isEmpty { continue }
            do throws(ListLine.Problem) { lines.append(try ListLine(text)) } catch {
                throw .line(path: path, line: index + 1, reason: error.reason)
            }
        }
        guard !lines.isEmpty else { throw .table(path: path, reason: "the list names no file") }
        let named = lines
        let paths = Self.inputs(named.count) { named[$0].path(in: folder) }
        for (line, path) in zip(named, paths) { add(input: path, outputName: line.outputName) }
    }

    /// Looks for files, several at a time: a network's disk takes its time to answer.
    private static func inputs(_ count: Int, _ path: @escaping @Sendable (Int) -> String) -> [String] {
        let paths = Mutex([String](repeating: "", count: count))
        WorkerPool(workers: 8).run(count: count) { number in
            let found = path(number)
            paths.withLock { $0[number] = found }
            return true
        }
        return paths.withLock { $0 }
    }

    /// Files by name, below `folder` where one is given. The last folder of a path is taken as the patient.
    public init(files: [String], folder: String? = nil) {
        for file in files {
            let input = folder.map { ImageLocation.path(file, below: $0) } ?? file
            add(input: input, outputName: Self.outputName(of: (Files.absolute(input) ?? input)))
        }
    }

    private mutating func add(input: String, outputName: String) {
        if let other = inputOfOutput[Array(outputName.utf8)] {
            let reason = other == input ? "named twice" : "\(outputName) is already made from \(other)"
            refused.append((input, reason))
            return
        }
        inputOfOutput[Array(outputName.utf8)] = input
        items.append(Item(input: input, outputName: outputName))
    }

    /// The reference pipeline's name, `{patient}_{image}.png`: the last two parts of the path, `.` and `..` resolved.
    static func outputName(of path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let name = parts.suffix(2).joined(separator: "_")
        let ending = ImageLocation.endings.first { name.hasSuffix($0) } ?? ""
        return name.dropLast(ending.count) + ".png"
    }
}
