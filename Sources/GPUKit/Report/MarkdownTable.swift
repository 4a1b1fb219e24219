/// A table in Markdown.
struct MarkdownTable {
    /// The columns; numbers stand to the right.
    let columns: [(title: String, isNumber: Bool)]
    var rows: [[String]] = []

    init(_ columns: (title: String, isNumber: Bool)...) { self.columns = columns }

    /// The lines; none without rows.
    var lines: [String] {
        guard !rows.isEmpty else { return [] }
        let rule = columns.map { $0.isNumber ? "---:" : "---" }.joined(separator: "|")
        return [Self.line(columns.map(\.title)), "|\(rule)|"] + rows.map(Self.line)
    }

    private static func line(_ cells: [String]) -> String {
        "| "
            + cells.map { cell in
                // What would end a cell or a line.
                cell.map { $0 == "|" ? "\\|" : $0.isNewline ? " " : String($0) }.joined()
            }.joined(separator: " | ") + " |"
    }
}
