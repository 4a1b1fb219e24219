extension DelimitedText {
    /// The bytes of a table, and where the records are in them.
    final class Content: Sendable {
        let bytes: [UInt8]
        let marks: [UInt32]

        init(_ bytes: [UInt8], _ marks: [UInt32]) { (self.bytes, self.marks) = (bytes, marks) }
    }

    /// One record.
    package struct Record: Sendable {
        private let content: Content
        /// The place of its line among the marks.
        private let first: Int
        /// How many fields it has.
        package let count: Int

        init(_ content: Content, first: Int, count: Int) {
            (self.content, self.first, self.count) = (content, first, count)
        }

        /// The line it begins on, counted from 1.
        package var line: Int { Int(content.marks[first]) }

        /// All fields.
        package var fields: [String] { (0..<count).map { self[$0] } }

        /// A field.
        package subscript(place: Int) -> String { withBytes(of: place) { String(decoding: $0, as: UTF8.self) } }

        /// A field's bytes, its quotes removed.
        @inline(__always)
        func withBytes<Result, Failure>(
            of place: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            precondition(place < count, "a field of the record")
            let (begin, end) = (Int(content.marks[first + 1 + place]), Int(content.marks[first + 2 + place]) - 1)
            return try content.bytes.withUnsafeBufferPointer { (bytes) throws(Failure) in
                let field = UnsafeBufferPointer(rebasing: bytes[begin..<end])
                guard field.first == UInt8(ascii: "\"") else { return try body(field) }
                return try Self.withoutQuotes(UnsafeBufferPointer(rebasing: field[1..<(field.count - 1)]), body)
            }
        }

        /// The same without blanks at either end, as `String.trimmed`.
        @inline(__always)
        func withTrimmed<Result, Failure>(
            _ place: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            try withBytes(of: place) { (bytes) throws(Failure) in
                var (begin, end) = (0, bytes.count)
                while begin < end, bytes[begin] <= 0x20 { begin += 1 }
                while begin < end, bytes[end - 1] <= 0x20 { end -= 1 }
                return try body(UnsafeBufferPointer(rebasing: bytes[begin..<end]))
            }
        }

        /// What is between a field's quotes, each doubled quote being one.
        private static func withoutQuotes<Result, Failure>(
            _ inner: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
        ) throws(Failure) -> Result {
            let quote = UInt8(ascii: "\"")
            guard inner.contains(quote) else { return try body(inner) }
            var text: [UInt8] = []
            var isSecond = false
            for byte in inner {
                isSecond = byte == quote && !isSecond
                if byte != quote || isSecond { text.append(byte) }
            }
            return try text.withUnsafeBufferPointer(body)
        }

        /// That there are more or fewer fields than in the header.
        package func unevenness(_ header: Record, _ path: String) -> DataError {
            Self.unevenness(found: count, expected: header.count, line: line, path)
        }

        static func unevenness(found: Int, expected: Int, line: Int, _ path: String) -> DataError {
            .line(path: path, line: line, reason: "\(found) fields, expected \(expected) as in the header")
        }
    }

    /// Records with as many fields as the header, behind which they stand.
    package struct Records: RandomAccessCollection, Sendable {
        private let content: Content
        private let fields: Int
        package let endIndex: Int

        init(_ content: Content, fields: Int) {
            (self.content, self.fields) = (content, fields)
            endIndex = content.marks.count / (fields + 2) - 1
        }

        package var startIndex: Int { 0 }

        package subscript(index: Int) -> Record {
            precondition(indices.contains(index), "a record of the table")
            return Record(content, first: (index + 1) * (fields + 2), count: fields)
        }
    }
}
