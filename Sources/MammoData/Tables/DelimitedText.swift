/// Comma-separated text as RFC 4180 has it, with the line number of every record.
///
/// A byte-order mark, CRLF, quoted fields with commas, quotes and line breaks in them, blank lines, and a last line
/// without an end are all read. Own code because every refusal has to name its line, which the packages at hand do not.
///
/// The bytes stay as they were read, and a record is the places at which its fields begin: four bytes for each field, and
/// eight more for each record. Numbers and ids are read from the bytes (`ColumnFinder`); a String is made of a field only
/// where one is asked for.
package struct DelimitedText: Sendable {
    package let path: String
    /// The first record.
    package let header: Record
    /// The others, each with as many fields as the header.
    package let records: Records
    /// Those with another number of fields, where they were to be kept.
    package let uneven: [Record]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - bytes: The table, of less than 4 GB: places in it are kept in 32 bits.
    ///   - path: What messages call it.
    ///   - separator: What stands between fields.
    ///   - keepsUneven: Whether a record with another number of fields than the header is put aside in `uneven`, as in a
    ///     table whose records may be bad each by itself.
    /// - Throws: `DataError.table` where it is empty or has 4 GB or more, `.line` where a quote is not closed, a field is no
    ///   UTF-8 or, unless they are kept, a record has another number of fields than the header.
    package init(
        _ bytes: [UInt8], path: String, separator: Unicode.Scalar = ",", keepsUneven: Bool = false
    ) throws(DataError) {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw .table(path: path, reason: "the table is in UTF-16; save it as UTF-8")
        }
        guard bytes.count < UInt32.max else {
            throw .table(path: path, reason: "the table has \(bytes.count) bytes, expected less than 4 GB; divide it")
        }
        let marks = try bytes.withUnsafeBufferPointer { (buffer) throws(DataError) in
            var parser = DelimitedTextParser(buffer, path: path, separator: UInt8(ascii: separator))
            return try parser.marks(keepsUneven: keepsUneven)
        }
        self.init(path: path, bytes: bytes, marks)
    }

    /// A table that was read elsewhere.
    ///
    /// - Parameters:
    ///   - path: What messages call it.
    ///   - rows: The header and the records, each with as many fields as the header.
    /// - Throws: `DataError.table` where there is no header.
    package init(path: String, rows: [(line: Int, fields: [String])]) throws(DataError) {
        guard let header = rows.first else { throw .table(path: path, reason: "the table is empty") }
        var bytes: [UInt8] = []
        var marks = DelimitedTextMarks(columns: header.fields.count)
        for (line, fields) in rows {
            marks.even.append(UInt32(line))
            marks.even.append(UInt32(bytes.count))
            for field in fields {
                bytes += Self.quoted(field).utf8
                bytes.append(UInt8(ascii: ","))
                marks.even.append(UInt32(bytes.count))
            }
        }
        self.init(path: path, bytes: bytes, marks)
    }

    private init(path: String, bytes: [UInt8], _ marks: DelimitedTextMarks) {
        self.path = path
        let even = Content(bytes, marks.even)
        header = Record(even, first: 0, count: marks.columns)
        records = Records(even, fields: marks.columns)
        let other = Content(bytes, marks.uneven)
        uneven = marks.placesOfUneven.map { Record(other, first: $0.first, count: $0.count) }
    }

    /// A field as it is written: in quotes where it holds a comma, a quote or a line end.
    package static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
            return field
        }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// Where records and their fields are: for each record its line, the place of each field's first byte, and one more than
/// the place behind its last field, so that a field ends one byte before the next begins.
struct DelimitedTextMarks {
    /// How many fields the header has.
    var columns: Int
    /// Of the header and of each record with as many fields.
    var even: [UInt32] = []
    /// Of the other records.
    var uneven: [UInt32] = []
    /// Where each of the other records begins in `uneven`, and how many fields it has.
    var placesOfUneven: [(first: Int, count: Int)] = []
}
