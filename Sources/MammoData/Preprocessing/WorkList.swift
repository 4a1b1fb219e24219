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

    /// The images of a table, below `folder`.
    public init(table: ImageTable, folder: String) {
        for row in table.rows { add(relativePath: row.relativePath, folder: folder) }
    }

    /// The lines of a list as `mammo split` writes them: one `patient/image.dcm` a line, below `folder`.
    ///
    /// - Throws: `DataError` where the list cannot be read or names nothing.
    public init(list path: String, folder: String) throws(DataError) {
        var bytes = try Files.read(path)[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        // As bytes: to Swift a carriage return and a line feed are one character.
        let lineFeed = UInt8(ascii: "\n")
        let end = bytes.contains(lineFeed) ? lineFeed : UInt8(ascii: "\r")
        for (index, line) in bytes.split(separator: end, omittingEmptySubsequences: false).enumerated() {
            let name = String(decoding: line, as: UTF8.self).trimmed
            if name.isEmpty { continue }
            if name.hasPrefix("/") || name.split(separator: "/").contains("..") {
                throw .line(
                    path: path, line: index + 1, reason: "'\(name)' leads out of the folder, expected patient/image.dcm"
                )
            }
            add(relativePath: name, folder: folder)
        }
        guard !items.isEmpty else { throw .table(path: path, reason: "the list names no file") }
    }

    /// Files by name, below `folder` where one is given. The last folder of a path is taken as the patient.
    public init(files: [String], folder: String? = nil) {
        for file in files {
            let input = folder.map { Self.path(file, below: $0) } ?? file
            add(input: input, outputName: Self.outputName(of: (Files.absolute(input) ?? input)))
        }
    }

    private mutating func add(relativePath: String, folder: String) {
        add(input: Self.path(relativePath, below: folder), outputName: Self.outputName(of: relativePath))
    }

    private static func path(_ name: String, below folder: String) -> String {
        folder.isEmpty || folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
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
        let stem = name.hasSuffix(".dcm") || name.hasSuffix(".DCM") ? String(name.dropLast(4)) : name
        return stem + ".png"
    }
}
