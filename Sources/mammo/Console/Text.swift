import MammoBase

/// Lines up columns.
enum TextTable {
    /// Names and texts in two columns, both aligned to the left.
    static func facts(_ rows: [(name: String, text: String)]) -> [String] {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { $0.name + String(repeating: " ", count: width + 2 - $0.name.count) + $0.text }
    }

    /// The first column to the left, the others to the right.
    static func lines(header: [String], rows: [[String]]) -> [String] {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + blanks : blanks + row[column]
            }.joined(separator: "  ")
        }
    }
}

extension Int {
    /// A number of bytes for people: `512 bytes`, `1.2 MB`, `24.6 GB`.
    var asBytes: String {
        switch self {
        case ..<1000: "\(self) bytes"
        case ..<1_000_000: "\((Double(self) / 1e3).decimals(1)) kB"
        case ..<1_000_000_000: "\((Double(self) / 1e6).decimals(1)) MB"
        default: "\((Double(self) / 1e9).decimals(1)) GB"
        }
    }
}
