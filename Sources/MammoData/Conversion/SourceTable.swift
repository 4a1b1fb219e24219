/// A table as its data set has it: CSV, with commas, semicolons or tabs, or the first sheet of an .xlsx file.
package enum SourceTable {
    /// Reads a table.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - refuse: Called for each record that has another number of fields than the header; such a record is left out.
    /// - Returns: The table; the lines of a sheet are its rows.
    /// - Throws: `DataError` where it can be no table.
    package static func read(_ path: String, refuse: (DataError) -> Void) throws(DataError) -> DelimitedText {
        let start = Files.start(of: path, count: 4) ?? []
        if start == [0x50, 0x4B, 3, 4] { return try spreadsheet(path) }
        // Compound File Binary: what Excel wrote up to 2003.
        if start == [0xD0, 0xCF, 0x11, 0xE0] {
            throw .table(
                path: path,
                reason: "is an .xls file, which cannot be read; convert it: "
                    + "soffice --headless --convert-to csv '\(path)'")
        }
        let bytes = try Files.read(path)
        let text = try DelimitedText(bytes, path: path, separator: separator(of: bytes), keepsUneven: true)
        for record in text.uneven { refuse(record.unevenness(text.header, path)) }
        return text
    }

    /// What the header has most of.
    private static func separator(of bytes: [UInt8]) -> Unicode.Scalar {
        let header = bytes.prefix { $0 != UInt8(ascii: "\n") }
        func count(_ separator: Unicode.Scalar) -> Int { header.count { $0 == UInt8(ascii: separator) } }
        let found: [Unicode.Scalar] = [",", ";", "\t"]
        return found.max { count($0) < count($1) } ?? ","
    }

    private static func spreadsheet(_ path: String) throws(DataError) -> DelimitedText {
        let rows = try Spreadsheet(path: path).rows
        guard !rows.isEmpty else { throw .table(path: path, reason: "the first sheet is empty") }
        return try DelimitedText(path: path, rows: rows)
    }
}
