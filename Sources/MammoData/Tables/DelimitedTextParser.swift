/// Finds the records and fields of a table; nothing of it is copied.
struct DelimitedTextParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let path: String
    private let separator: UInt8
    /// The first byte that belongs to no UTF-8.
    private let firstInvalid: Int
    private var at: Int
    private var line = 1

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: UnsafeBufferPointer<UInt8>, path: String, separator: UInt8) {
        self.bytes = bytes
        self.path = path
        self.separator = separator
        firstInvalid = bytes.firstInvalidUTF8
        at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Where the header and the records are.
    mutating func marks(keepsUneven: Bool) throws(DataError) -> DelimitedTextMarks {
        var marks = DelimitedTextMarks(columns: 0)
        guard try next(&marks.even) else { throw .table(path: path, reason: "the table is empty") }
        let stride = marks.even.count
        marks.columns = stride - 2
        let lines = bytes[at...].count { $0 == Self.lineFeed }
        // No record of as many fields is shorter than their separators.
        marks.even.reserveCapacity(stride * (2 + min(lines, bytes.count / marks.columns)))
        while true {
            let begin = marks.even.count
            guard try next(&marks.even) else { return marks }
            guard marks.even.count - begin != stride else { continue }
            let fields = marks.even.count - begin - 2
            guard keepsUneven else {
                throw DelimitedText.Record.unevenness(
                    found: fields, expected: marks.columns, line: Int(marks.even[begin]), path)
            }
            marks.placesOfUneven.append((marks.uneven.count, fields))
            marks.uneven += marks.even[begin...]
            marks.even.removeSubrange(begin...)
        }
    }

    /// Adds the marks of the next record that is not blank; false at the end.
    private mutating func next(_ marks: inout [UInt32]) throws(DataError) -> Bool {
        while at < bytes.count && skipLineEnd() {}
        guard at < bytes.count else { return false }
        marks.append(UInt32(truncatingIfNeeded: line))
        marks.append(UInt32(truncatingIfNeeded: at))
        while true {
            try skipField()
            marks.append(UInt32(truncatingIfNeeded: at + 1))
            guard at < bytes.count, !skipLineEnd() else { return true }
            at += 1  // the separator
        }
    }

    /// Steps over one line end; false where there is none.
    @inline(__always)
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

    @inline(__always)
    private func endsField(_ byte: UInt8) -> Bool {
        byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
    }

    /// Steps over a field.
    @inline(__always)
    private mutating func skipField() throws(DataError) {
        if at < bytes.count && bytes[at] == Self.quote {
            try skipQuotedField()
        } else {
            while at < bytes.count && !endsField(bytes[at]) { at += 1 }
        }
        // Two ids must not become one by what is put in place of bytes that are no UTF-8.
        if at > firstInvalid {
            throw .line(path: path, line: line, reason: "bytes that are not UTF-8; save the table as UTF-8")
        }
    }

    private mutating func skipQuotedField() throws(DataError) {
        let firstLine = line
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
                    return
                }
            }
            if byte == Self.lineFeed { line += 1 }
        }
        throw .line(path: path, line: firstLine, reason: "a quoted field is not closed")
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The first byte that belongs to no well-formed UTF-8 (Unicode 16, table 3-7); the number of bytes where all do.
    var firstInvalidUTF8: Int {
        var at = 0
        while at < count {
            // Nearly all tables are ASCII; eight bytes at a time.
            while at + 8 <= count,
                UnsafeRawPointer(baseAddress.unsafelyUnwrapped + at).loadUnaligned(as: UInt64.self)
                    & 0x8080_8080_8080_8080 == 0
            {
                at += 8
            }
            guard at < count else { return at }
            if self[at] < 0x80 {
                at += 1
                continue
            }
            guard let length = lengthOfScalar(at) else { return at }
            at += length
        }
        return at
    }

    /// How many bytes the scalar has that begins with the byte at a place, which is no ASCII; nil where there is none.
    private func lengthOfScalar(_ at: Int) -> Int? {
        let second: ClosedRange<UInt8>
        let length: Int
        switch self[at] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard at + length <= count, second.contains(self[at + 1]) else { return nil }
        for place in (at + 2)..<(at + length) where !(0x80...0xBF).contains(self[place]) { return nil }
        return length
    }
}
