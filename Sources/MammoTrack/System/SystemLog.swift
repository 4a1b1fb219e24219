import MammoData

/// system.csv: grows by a line at a time and is never cut. Steps that a resumed run repeats have taken time and energy twice.
package final class SystemLog: Sendable {
    private let file: AppendedFile
    /// Names of the file's columns.
    private let columns: [String]
    /// What the lines of earlier processes come to.
    package let earlier: RunUsage

    /// Begins the file or continues it. A last line that a killed process left torn is removed; where cards have been added since,
    /// their columns are added to the lines that are there.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - cards: How many cards there are.
    /// - Throws: `DataError` where the file cannot be read or written, or is another table.
    package init(path: String, cards: Int) throws(DataError) {
        let own = SystemSample.columns(cards: cards)
        var found = SystemTable.empty
        if Files.status(of: path) != nil { found = try SystemTable(path: path) }
        let wider = found.columns.count > own.count ? found.columns : own
        if found.columns.isEmpty {
            try Files.write(Array((own.joined(separator: ",") + "\n").utf8), to: path)
        } else if wider == found.columns {
            try Files.truncate(path, to: found.bytes)
        } else {
            let commas = String(repeating: ",", count: wider.count - found.columns.count)
            let lines = found.rows.map { $0.joined(separator: ",") + commas + "\n" }
            try Files.write(Array((wider.joined(separator: ",") + "\n" + lines.joined()).utf8), to: path)
        }
        columns = wider
        earlier = found.usage
        file = try AppendedFile(path: path)
    }

    /// Adds a line.
    ///
    /// - Parameter sample: Of as many cards as were said, at most.
    /// - Throws: `DataError.unwritable`.
    package func append(_ sample: SystemSample) throws(DataError) {
        let fields = sample.fields
        let rest = [String](repeating: "", count: max(0, columns.count - fields.count))
        try file.append((fields + rest).joined(separator: ","))
    }
}

/// The lines of a system.csv.
package struct SystemTable {
    /// Names of columns; empty where there is no file.
    package private(set) var columns: [String] = []
    /// Whole lines, with as many fields as columns.
    package private(set) var rows: [[String]] = []
    /// Where the last whole line ends.
    package private(set) var bytes = 0

    static let empty = SystemTable()

    private init() {}

    /// Reads a file, all but a last line that a killed process left torn.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError` where it cannot be read or is another table.
    package init(path: String) throws(DataError) {
        let all = try Files.read(path)
        guard let end = all.lastIndex(of: UInt8(ascii: "\n")) else { return }
        bytes = end + 1
        let lines = all[..<end].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        columns = lines.first.map(Self.fields) ?? []
        let expected = SystemSample.columns(cards: 0)
        guard columns.starts(with: expected) else {
            throw .line(
                path: path, line: 1,
                reason: "the header is '\(lines.first?.prefix(80) ?? "")', expected \(expected.joined(separator: ","))")
        }
        rows = lines.dropFirst().map(Self.fields).filter { $0.count == columns.count }
    }

    private static func fields(_ line: String) -> [String] {
        line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }

    /// What the lines come to.
    package var usage: RunUsage {
        var usage = RunUsage()
        for row in rows {
            if let sample = SystemSample(fields: row) { usage.add(sample) }
        }
        return usage
    }
}
