/// A table's columns by name.
package struct ColumnFinder {
    package let text: DelimitedText

    /// - Throws: `DataError` where there are no rows, or, unless `acceptsIndex`, where the first column is an index, as
    ///   pandas writes one.
    package init(_ text: DelimitedText, acceptsIndex: Bool = false) throws(DataError) {
        self.text = text
        if !acceptsIndex, let refusal = Self.index(in: text.header.fields) {
            throw .line(path: text.path, line: text.header.line, reason: refusal)
        }
        guard !text.records.isEmpty else {
            throw .table(path: text.path, reason: "the table has a header and no rows")
        }
    }

    /// Why the first column is an index; nil where it is none.
    package static func index(in header: [String]) -> String? {
        guard let first = header.first?.trimmed, first.isEmpty || first == "index" || first.hasPrefix("Unnamed") else {
            return nil
        }
        return "the first column, '\(first)', is an index; write the table without it (pandas: index=False)"
    }

    /// The place of a column; nil where there is none.
    package func place(_ name: String) throws(DataError) -> Int? {
        let places = text.header.fields.indices.filter { text.header.fields[$0].trimmed == name }
        guard places.count <= 1 else {
            throw .line(path: text.path, line: text.header.line, reason: "column \(name) occurs twice")
        }
        return places.first
    }

    /// The place of a column that there must be.
    package func required(_ name: String) throws(DataError) -> Int {
        if let place = try place(name) { return place }
        throw missing("column \(name)")
    }

    /// Says that something is not among the columns.
    package func missing(_ what: String) -> DataError {
        let found = text.header.fields.map(\.trimmed).joined(separator: ", ")
        return .line(path: text.path, line: text.header.line, reason: "no \(what); the columns are \(found)")
    }

    /// A field that must not be empty.
    package func identifier(_ record: DelimitedText.Record, _ place: Int) throws(DataError) -> String {
        let field = record.fields[place].trimmed
        guard !field.isEmpty else {
            throw .line(
                path: text.path, line: record.line, reason: "\(text.header.fields[place].trimmed) is empty")
        }
        return field
    }

    /// A field that is part of a file's name, and not empty.
    func fileNamePart(_ record: DelimitedText.Record, _ place: Int) throws(DataError) -> String {
        let field = try identifier(record, place)
        guard field.isFileNamePart else {
            throw .line(
                path: text.path, line: record.line,
                reason: "\(text.header.fields[place].trimmed) '\(field)' cannot be part of a file name")
        }
        return field
    }

    /// A field that says 0 or 1.
    package func label(_ record: DelimitedText.Record, _ place: Int) throws(DataError) -> Bool {
        if let label = try labelIfAny(record, place) { return label }
        throw .line(
            path: text.path, line: record.line,
            reason: "\(text.header.fields[place].trimmed) is empty, expected 0 or 1")
    }

    /// A field that says 0 or 1, or nothing.
    func labelIfAny(_ record: DelimitedText.Record, _ place: Int) throws(DataError) -> Bool? {
        let field = record.fields[place].trimmed
        switch field.lowercased() {
        case "0", "0.0", "false": return false
        case "1", "1.0", "true": return true
        case "": return nil
        default:
            throw .line(
                path: text.path, line: record.line,
                reason: "\(text.header.fields[place].trimmed) is '\(field)', expected 0 or 1")
        }
    }
}

extension String {
    /// Without blanks at either end.
    package var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
        let kept = utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
        return String(decoding: Array(kept), as: UTF8.self)
    }

    /// Whether a file can be named so, and only a file in the folder that is meant.
    package var isFileNamePart: Bool {
        !isEmpty && self != "." && self != ".."
            && !utf8.contains { $0 == UInt8(ascii: "/") || $0 < 0x20 }
    }
}
