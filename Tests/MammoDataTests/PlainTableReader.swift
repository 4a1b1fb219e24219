import MammoData

/// A table read byte by byte into texts, as `DelimitedText` has to read it: the reference of its tests.
struct PlainTableReader {
    struct Record: Equatable {
        var line: Int
        var fields: [String]
    }

    private let bytes: [UInt8]
    private let path: String
    private let separator: UInt8
    private var at: Int
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    /// The header and all records, up to the first that has another number of fields.
    static func records(_ bytes: [UInt8], path: String, separator: UInt8) throws(DataError) -> [Record] {
        var reader = PlainTableReader(bytes: bytes, path: path, separator: separator)
        var records: [Record] = []
        while let record = try reader.next() {
            if let header = records.first, header.fields.count != record.fields.count {
                let reason = "\(record.fields.count) fields, expected \(header.fields.count) as in the header"
                throw .line(path: path, line: record.line, reason: reason)
            }
            records.append(record)
        }
        guard !records.isEmpty else { throw .table(path: path, reason: "the table is empty") }
        return records
    }

    private init(bytes: [UInt8], path: String, separator: UInt8) {
        (self.bytes, self.path, self.separator) = (bytes, path, separator)
        at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    private mutating func next() throws(DataError) -> Record? {
        while at < bytes.count && skipLineEnd() {}
        guard at < bytes.count else { return nil }
        var record = Record(line: line, fields: [])
        while true {
            record.fields.append(try field())
            guard at < bytes.count, !skipLineEnd() else { return record }
            at += 1
        }
    }

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
        return try text(Array(bytes[start..<at]))
    }

    private func text(_ bytes: [UInt8]) throws(DataError) -> String {
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
                    return try self.text(text)
                }
            }
            if byte == Self.lineFeed { line += 1 }
            text.append(byte)
        }
        throw .line(path: path, line: firstLine, reason: "a quoted field is not closed")
    }
}
