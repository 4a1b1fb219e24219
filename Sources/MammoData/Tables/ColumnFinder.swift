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
        let places = (0..<text.header.count).filter { text.header.trimmed($0) == name }
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
        try record.withTrimmed(place) { (field) throws(DataError) in
            try refuseEmpty(field, record, place)
            return String(decoding: field, as: UTF8.self)
        }
    }

    /// The same as a symbol.
    package func identifier(
        _ record: DelimitedText.Record, _ place: Int, in symbols: inout SymbolTable
    ) throws(DataError) -> Symbol {
        try record.withTrimmed(place) { (field) throws(DataError) in
            try refuseEmpty(field, record, place)
            return symbols.intern(field)
        }
    }

    /// A patient's side as a symbol: `{patient}_{laterality}`.
    ///
    /// - Parameters:
    ///   - patient: The patient.
    ///   - record: The record.
    ///   - place: The column of the laterality, which must not be empty.
    ///   - symbols: What the patient is a symbol of.
    /// - Returns: The breast.
    /// - Throws: `DataError.line` where the field is empty.
    package func side(
        of patient: Symbol, _ record: DelimitedText.Record, _ place: Int, in symbols: inout SymbolTable
    ) throws(DataError) -> Symbol {
        try record.withTrimmed(place) { (field) throws(DataError) in
            try refuseEmpty(field, record, place)
            return symbols.intern(patient, UInt8(ascii: "_"), field)
        }
    }

    private func refuseEmpty(
        _ field: UnsafeBufferPointer<UInt8>, _ record: DelimitedText.Record, _ place: Int
    ) throws(DataError) {
        if field.isEmpty { throw refusal(record, place, "is empty") }
    }

    /// A field that is part of a file's name, and not empty, as a symbol.
    func fileNamePart(
        _ record: DelimitedText.Record, _ place: Int, in symbols: inout SymbolTable
    ) throws(DataError) -> Symbol {
        try record.withTrimmed(place) { (field) throws(DataError) in
            try refuseEmpty(field, record, place)
            guard field.isFileNamePart else {
                throw refusal(
                    record, place, "'\(String(decoding: field, as: UTF8.self))' cannot be part of a file name")
            }
            return symbols.intern(field)
        }
    }

    /// A field that says 0 or 1.
    package func label(_ record: DelimitedText.Record, _ place: Int) throws(DataError) -> Bool {
        if let label = try labelIfAny(record, place) { return label }
        throw refusal(record, place, "is empty, expected 0 or 1")
    }

    /// A field that says 0 or 1, or nothing.
    func labelIfAny(_ record: DelimitedText.Record, _ place: Int) throws(DataError) -> Bool? {
        try record.withTrimmed(place) { (field) throws(DataError) in
            if field.count == 1, field[0] == UInt8(ascii: "0") || field[0] == UInt8(ascii: "1") {
                return field[0] == UInt8(ascii: "1")
            }
            let text = String(decoding: field, as: UTF8.self)
            switch text.lowercased() {
            case "0.0", "false": return false
            case "1.0", "true": return true
            case "": return nil
            default: throw refusal(record, place, "is '\(text)', expected 0 or 1")
            }
        }
    }

    private func refusal(_ record: DelimitedText.Record, _ place: Int, _ reason: String) -> DataError {
        .line(path: text.path, line: record.line, reason: "\(text.header[place].trimmed) \(reason)")
    }
}

extension DelimitedText.Record {
    /// A field without blanks at either end.
    package func trimmed(_ place: Int) -> String { withTrimmed(place) { String(decoding: $0, as: UTF8.self) } }

    /// Whether a field has no blanks at either end.
    package func isTrimmed(_ place: Int) -> Bool {
        withTrimmed(place) { $0.count } == withBytes(of: place) { $0.count }
    }

    /// A field as a symbol, blanks at either end left out; it may be empty.
    package func symbol(_ place: Int, in symbols: inout SymbolTable) -> Symbol {
        withTrimmed(place) { symbols.intern($0) }
    }

    /// The number that `Double(String)` reads in a field without blanks at either end; nil where it reads none.
    package func double(_ place: Int) -> Double? { withTrimmed(place) { $0.double } }

    /// The same of a number that is written with digits, signs, a point and an exponent alone; nil of any other.
    package func decimal(_ place: Int) -> Double? {
        withTrimmed(place) { field in
            field.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "+-.eE".utf8.contains($0) }
                ? field.double : nil
        }
    }

    /// The number that `Int(String)` reads in a field without blanks at either end; nil where it reads none.
    package func integer(_ place: Int) -> Int? { withTrimmed(place) { $0.integer } }
}

extension UnsafeBufferPointer<UInt8> {
    /// As `String.isFileNamePart`.
    var isFileNamePart: Bool {
        let point = UInt8(ascii: ".")
        return !isEmpty && !(self[0] == point && (count == 1 || count == 2 && self[1] == point))
            && !contains { $0 == UInt8(ascii: "/") || $0 < 0x20 }
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
        var text = self
        return text.withUTF8 { $0.isFileNamePart }
    }
}
