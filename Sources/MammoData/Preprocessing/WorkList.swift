import MammoBase
import MammoDICOM
import Synchronization

/// Which DICOM files a batch reads and what it calls the results.
public struct WorkList: Sendable {
    /// One image to be made.
    public struct Item: Equatable, Sendable {
        /// The DICOM file.
        public let input: String
        /// `{patient}_{image}.png`.
        public let outputName: String
        /// The folder that was named and that the file is below, or the file's own.
        public let folder: String
    }

    /// The images, in the order they were named.
    public private(set) var items: [Item] = []
    /// Inputs that were skipped, with the reason.
    public private(set) var refused: [(input: String, reason: String)] = []

    /// Folders with files in them that are no DICOM files, and how many.
    public private(set) var passedOver: [(folder: String, files: Int)] = []

    private var inputOfOutput: [[UInt8]: String] = [:]

    /// The images of a table, below `folder` or where its column `path` says.
    public init(table: ImageTable, folder: String) {
        let rows = table.rows
        let paths = Self.inputs(rows.count) { rows[$0].location.path(in: folder) }
        for (row, path) in zip(rows, paths) {
            add(path, named: row.outputName, of: Self.folder(of: path, below: folder))
        }
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
            let text = FileName.text(of: line).trimmed
            if text.isEmpty { continue }
            do throws(ListLine.Problem) { lines.append(try ListLine(text)) } catch {
                throw .line(path: path, line: index + 1, reason: error.reason)
            }
        }
        guard !lines.isEmpty else { throw .table(path: path, reason: "the list names no file") }
        let named = lines
        let paths = Self.inputs(named.count) { named[$0].path(in: folder) }
        for (line, path) in zip(named, paths) {
            add(path, named: line.outputName, of: Self.folder(of: path, below: folder))
        }
    }

    /// The folder of images where a file is below it, else the file's own.
    private static func folder(of path: String, below folder: String) -> String {
        if folder.isEmpty { return path.hasPrefix("/") ? InputFiles.folder(of: path) : "." }
        return path.hasPrefix(folder) ? folder : InputFiles.folder(of: path)
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

    /// Files by name, below `folder` where one is given, and the DICOM files in folders and below them. The last folder of a path
    /// is taken as the patient.
    public init(files: [String], folder: String? = nil) {
        let inputs = InputFiles(files, below: folder)
        (refused, passedOver) = (inputs.refused, inputs.passedOver)
        let names = Self.outputNames(of: inputs.files)
        for (file, name) in zip(inputs.files, names) { add(file.path, named: name, of: file.folder) }
    }

    /// Those that are not FOR PROCESSING, and the count of those that are. What cannot be read stays in. `workers` headers are read
    /// at a time.
    public func presentationOnly(workers: Int) -> (work: WorkList, left: ProcessingCount) {
        let found = Mutex([Bool](repeating: false, count: items.count))
        let paths = items.map(\.input)
        WorkerPool(workers: workers).run(count: paths.count) { number in
            let isForProcessing = (try? DICOMFile(path: paths[number]).attributes.isForProcessing) ?? false
            found.withLock { $0[number] = isForProcessing }
            return true
        }
        var (work, left) = (self, ProcessingCount())
        work.items = []
        for (item, isForProcessing) in zip(items, found.withLock { $0 }) {
            left.add(item.folder, isForProcessing: isForProcessing)
            if !isForProcessing { work.items.append(item) }
        }
        return (work, left)
    }

    /// The outputs' names. Where those of files found in folders are alike, as many more parts of the paths count as tell them
    /// apart.
    private static func outputNames(of files: [InputFiles.File]) -> [String] {
        let paths = files.map { Files.absolute($0.path) ?? $0.path }
        var names = paths.map { outputName(of: $0) }
        // A file named twice is not two that are alike.
        let different = Dictionary(zip(paths, files.indices)) { first, _ in first }.values.sorted()
        for parts in 3..<64 {
            let counts = Dictionary(different.map { (Array(names[$0].utf8), 1) }, uniquingKeysWith: +)
            let alike = files.indices.filter { files[$0].isFound && counts[Array(names[$0].utf8), default: 0] > 1 }
            if alike.isEmpty { break }
            for number in alike { names[number] = outputName(of: paths[number], parts: parts) }
        }
        return names
    }

    private mutating func add(_ input: String, named outputName: String, of folder: String) {
        if let other = inputOfOutput[Array(outputName.utf8)] {
            let reason = other == input ? "named twice" : "\(outputName) is already made from \(other)"
            refused.append((input, reason))
            return
        }
        inputOfOutput[Array(outputName.utf8)] = input
        items.append(Item(input: input, outputName: outputName, folder: folder))
    }

    /// The reference pipeline's name, `{patient}_{image}.png`: the last two parts of the path, `.` and `..` resolved.
    static func outputName(of path: String, parts count: Int = 2) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let name = parts.suffix(count).joined(separator: "_")
        let ending = [".dcm", ".dicom"].first { name.lowercased().hasSuffix($0) }
        return name.dropLast(ending?.count ?? 0) + ".png"
    }
}
