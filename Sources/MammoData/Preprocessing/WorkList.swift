/// Which DICOM files a batch reads and what it calls the results.
public struct WorkList: Equatable, Sendable {
    /// One image to be made.
    public struct Item: Equatable, Sendable {
        /// The DICOM file.
        public let input: String
        /// `{patient}_{image}.png`.
        public let outputName: String
    }

    /// The images, in the order they were named.
    public private(set) var items: [Item] = []
    /// Inputs that were passed over, with the reason.
    public private(set) var refused: [(input: String, reason: String)] = []

    private var inputOfOutput: [String: String] = [:]

    /// The images of a table, below `folder`.
    public init(table: ImageTable, folder: String) {
        for row in table.rows { add(relativePath: row.relativePath, folder: folder) }
    }

    /// The lines of a list as `mammo split` writes them: one `patient/image.dcm` a line, below `folder`.
    ///
    /// - Throws: `DataError` where the list cannot be read or names nothing.
    public init(list path: String, folder: String) throws(DataError) {
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let name = String(line).trimmed
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

    /// Files by their own paths, whose last folder is taken as the patient.
    public init(files: [String]) {
        for file in files {
            let parts = (Files.absolute(file) ?? file).split(separator: "/").filter { $0 != "." }
            add(input: file, outputName: Self.outputName(of: parts.suffix(2).map(String.init)))
        }
    }

    private mutating func add(relativePath: String, folder: String) {
        let parts = relativePath.split(separator: "/").map(String.init)
        let separator = folder.isEmpty || folder.hasSuffix("/") ? "" : "/"
        add(input: folder + separator + relativePath, outputName: Self.outputName(of: parts))
    }

    private mutating func add(input: String, outputName: String) {
        if let other = inputOfOutput[outputName] {
            let reason = other == input ? "named twice" : "\(outputName) is made from \(other) already"
            refused.append((input, reason))
            return
        }
        inputOfOutput[outputName] = input
        items.append(Item(input: input, outputName: outputName))
    }

    /// The seed's name: the path with `/` as `_` and `.dcm` as `.png`.
    private static func outputName(of parts: [String]) -> String {
        let name = parts.joined(separator: "_")
        let stem = name.hasSuffix(".dcm") || name.hasSuffix(".DCM") ? String(name.dropLast(4)) : name
        return stem + ".png"
    }

    /// Compares everything but the bookkeeping.
    public static func == (left: WorkList, right: WorkList) -> Bool {
        left.items == right.items && left.refused.elementsEqual(right.refused) { $0 == $1 }
    }
}
