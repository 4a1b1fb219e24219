import MammoData

/// Reads the whole lines of a table that another thread or process may be adding to, each once. A value: a copy reads on by itself.
struct TableReader {
    private let path: String
    /// The header; empty while there is none.
    private(set) var columns: [String] = []
    private var offset = 0
    private var lines: [[String]] = []
    private var next = 0

    private static let chunk = 1 << 18

    init(path: String) { self.path = path }

    /// The next line's fields; nil where there is none yet. Lines with another number of fields than the header are given too.
    mutating func line() -> [String]? {
        if next == lines.count { readOn() }
        guard next < lines.count else { return nil }
        next += 1
        return lines[next - 1]
    }

    /// Gives the last line back, to be read again.
    mutating func putBack() { next -= 1 }

    /// The number in a field.
    func number(_ column: String, of line: [String]) -> Double? {
        columns.firstIndex(of: column).flatMap { $0 < line.count ? Double(line[$0]) : nil }
    }

    private mutating func readOn() {
        (lines, next) = ([], 0)
        let length = Files.status(of: path)?.bytes ?? 0
        // A resumed run has cut off the steps that it repeats: all is read anew, and what was sent is passed over by number.
        if length < offset { self = TableReader(path: path) }
        guard length > offset, let bytes = Files.part(of: path, from: offset, count: Self.chunk),
            let end = bytes.lastIndex(of: UInt8(ascii: "\n"))
        else { return }
        offset += end + 1
        lines = bytes[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            String(decoding: line, as: UTF8.self).split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
        }
        if columns.isEmpty { columns = lines.removeFirst() }
        // A chunk may have had the header alone.
        if lines.isEmpty { readOn() }
    }
}
