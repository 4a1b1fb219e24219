/// Comma-separated text as RFC 4180 has it, with the line number of every record.
///
/// A byte-order mark, CRLF, quoted fields with commas, quotes and line breaks in them, blank lines, and a last line
/// without an end are all read. Own code because every refusal has to name its line, which the packages at hand do not.
package struct DelimitedText {
    /// One record and the line it begins on, counted from 1.
    package struct Record: Equatable, Sendable {
        package var line: Int
        package var fields: [String]

        /// That there are more or fewer fields than in the header.
        package func unevenness(_ header: Record, _ path: String) -> DataError {
            let reason = "\(fields.count) fields, expected \(header.fields.count) as in the header"
            return .line(path: path, line: line, reason: reason)
        }
    }

    package let path: String
    /// The first record.
    package let header: Record
    /// The others, each with as many fields as the header.
    package let records: [Record]

    /// - Throws: `DataError.table` where it is empty, `.line` where a quote is not closed or a record has another
    ///   number of fields than the header.
    package init(_ bytes: [UInt8], path: String) throws(DataError) {
        try self.init(bytes, path: path) { (record, header) throws(DataError) in
            throw record.unevenness(header, path)
        }
    }

    /// The same of a table whose records may be bad each by itself.
    ///
    /// - Parameters:
    ///   - bytes: The table.
    ///   - path: What messages call it.
    ///   - separator: What stands between fields.
    ///   - leaveOut: Is given each record with another number of fields than the header, and the header.
    /// - Throws: `DataError` as for a table whose records are all good, and what `leaveOut` throws.
    package init(
        _ bytes: [UInt8], path: String, separator: Unicode.Scalar = ",",
        leaveOut: (Record, Record) throws(DataError) -> Void
    ) throws(DataError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .table(path: path, reason: "the table is in UTF-16; save it as UTF-8")
        }
        var parser = Parser(bytes: bytes, path: path, separator: UInt8(ascii: separator))
        guard let header = try parser.next() else { throw .table(path: path, reason: "the table is empty") }
        var records: [Record] = []
        while let record = try parser.next() {
            guard record.fields.count == header.fields.count else {
                try leaveOut(record, header)
                continue
            }
            records.append(record)
        }
        self.init(path: path, header: header, records: records)
    }

    /// A table that was read elsewhere, each record with as many fields as the header.
    init(path: String, header: Record, records: [Record]) {
        self.path = path
        self.header = header
        self.records = records
    }

    /// A field as it is written: in quotes where it holds a comma, a quote or a line end.
    package static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            return field
        }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

private struct Parser {
    private let bytes: [UInt8]
    private let path: String
    private let separator: UInt8
    private var at: Int
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(bytes: [UInt8], path: String, separator: UInt8) {
        self.bytes = bytes
        self.path = path
        self.separator = separator
        at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next record that is not blank; nil at the end.
    mutating func next() throws(DataError) -> DelimitedText.Record? {
        while at < bytes.count && skipLineEnd() {}
        guard at < bytes.count else { return nil }
        var record = DelimitedText.Record(line: line, fields: [])
        while true {
            record.fields.append(try field())
            guard at < bytes.count, !skipLineEnd() else { return record }
            at += 1  // the separator
        }
    }

    /// Steps over one line end; false where there is none.
    private mutating func skipLineEnd() -> Bool {
        if bytes[at] == Self.carriageReturn {
            at += at + 1 < bytes.count && bytes[at + 1] == Self.lineFeed ? 2 : 1
        } else if bytes[at] == Self.lineFeed {
            at += 1
        } else {
            return false
        }
        line += 1
        return true
    }

    private func endsField(_ byte: UInt8) -> Bool {
        byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
    }

    private mutating func field() throws(DataError) -> String {
        if at < bytes.count && bytes[at] == Self.quote { return try quotedField() }
        let start = at
        while at < bytes.count && !endsField(bytes[at]) { at += 1 }
        return try text(bytes[start..<at])
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(DataError) -> String {
        // Two ids must not become one by what is put in place of bytes that are no UTF-8.
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .line(path: path, line: line, reason: "bytes that are not UTF-8; save the table as UTF-8")
        }
        return text
    }

    private mutating func quotedField() throws(DataError) -> String {
        let firstLine = line
        var text: [UInt8] = []
        at += 1
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte == Self.quote {
                if at < bytes.count && bytes[at] == Self.quote {
                    at += 1
                } else {
                    guard at == bytes.count || endsField(bytes[at]) else {
                        throw .line(path: path, line: line, reason: "text after a closing quote, expected a comma")
                    }
                    return try self.text(text[...])
                }
            }
            if byte == Self.lineFeed { line += 1 }
            text.append(byte)
        }
        throw .line(path: path, line: firstLine, reason: "a quoted field is not closed")
    }
}
