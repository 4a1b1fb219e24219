/// The elements and texts of an XML document, one at a time: as much of XML 1.0 as spreadsheets have. Document types, and
/// with them entities of one's own, are refused.
package struct XMLScanner {
    /// What comes next.
    package enum Event: Equatable {
        /// An element begins. Names are without their prefix.
        case start(String, [String: String])
        /// An element ends.
        case end(String)
        /// Text between tags, references replaced.
        case text(String)
    }

    /// Why a document cannot be read.
    package struct Problem: Error {
        package let reason: String
    }

    private let bytes: [UInt8]
    private var at = 0
    private var open: [String] = []
    /// The end of an element that was empty.
    private var pending: String?

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    /// The next event; nil at the end.
    package mutating func next() throws(Problem) -> Event? {
        if let name = pending {
            pending = nil
            return .end(name)
        }
        while at < bytes.count {
            guard bytes[at] == UInt8(ascii: "<") else { return .text(try text()) }
            if skips("<?", to: "?>") || skips("<!--", to: "-->") { continue }
            if starts("<![CDATA[") { return .text(try characterData()) }
            if starts("<!") { throw Problem(reason: "a document type, which a spreadsheet has not") }
            return try tag()
        }
        guard open.isEmpty else { throw Problem(reason: "it ends within <\(open[open.count - 1])>") }
        return nil
    }

    private func starts(_ word: StaticString) -> Bool {
        bytes[at...].starts(with: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private func place(of word: StaticString, from start: Int) -> Int? {
        let mark = Array(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        guard start <= bytes.count - mark.count else { return nil }
        return (start...bytes.count - mark.count).first { bytes[$0..<$0 + mark.count].elementsEqual(mark) }
    }

    private mutating func skips(_ start: StaticString, to end: StaticString) -> Bool {
        guard starts(start), let place = place(of: end, from: at + start.utf8CodeUnitCount) else { return false }
        at = place + end.utf8CodeUnitCount
        return true
    }

    private mutating func characterData() throws(Problem) -> String {
        let first = at + 9
        guard let end = place(of: "]]>", from: first) else { throw Problem(reason: "a CDATA section is not closed") }
        at = end + 3
        return try string(bytes[first..<end])
    }

    private mutating func text() throws(Problem) -> String {
        let end = bytes[at...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        defer { at = end }
        return try replaced(bytes[at..<end])
    }

    private mutating func tag() throws(Problem) -> Event {
        let first = at + 1
        // A '>' may stand within quotes.
        var quote: UInt8?
        var end = first
        while end < bytes.count, quote != nil || bytes[end] != UInt8(ascii: ">") {
            let byte = bytes[end]
            if byte == quote {
                quote = nil
            } else if quote == nil, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
            end += 1
        }
        guard end < bytes.count else { throw Problem(reason: "a tag is not closed") }
        at = end + 1
        var inner = bytes[first..<end]
        if inner.first == UInt8(ascii: "/") {
            let name = try string(inner.dropFirst()).trimmed.withoutPrefix
            guard open.popLast() == name else { throw Problem(reason: "</\(name)> ends what it did not begin") }
            return .end(name)
        }
        let isEmpty = inner.last == UInt8(ascii: "/")
        if isEmpty { inner = inner.dropLast() }
        let nameEnd = inner.firstIndex { $0 <= 0x20 } ?? inner.endIndex
        let name = try string(inner[..<nameEnd]).withoutPrefix
        guard !name.isEmpty else { throw Problem(reason: "a tag without a name") }
        let attributes = try attributes(inner[nameEnd...])
        if isEmpty { pending = name } else { open.append(name) }
        guard open.count <= 64 else { throw Problem(reason: "elements are nested more than 64 deep") }
        return .start(name, attributes)
    }

    private func attributes(_ bytes: ArraySlice<UInt8>) throws(Problem) -> [String: String] {
        var found: [String: String] = [:]
        var rest = bytes.drop { $0 <= 0x20 }
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let name = try string(rest[..<equals]).trimmed
            let value = rest[(equals + 1)...].drop { $0 <= 0x20 }
            guard let quote = value.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                let end = value.dropFirst().firstIndex(of: quote)
            else { throw Problem(reason: "attribute \(name) has no value in quotes") }
            found[name.withoutPrefix] = try replaced(value[(value.startIndex + 1)..<end])
            rest = value[(end + 1)...].drop { $0 <= 0x20 }
        }
        guard rest.isEmpty else { throw Problem(reason: "an attribute without a value") }
        return found
    }

    private func string(_ bytes: ArraySlice<UInt8>) throws(Problem) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(reason: "bytes that are not UTF-8")
        }
        return text
    }

    /// Text with its references replaced.
    private func replaced(_ bytes: ArraySlice<UInt8>) throws(Problem) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return try string(bytes) }
        var parts = bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        var text = try string(parts.removeFirst())
        for part in parts {
            guard let end = part.firstIndex(of: UInt8(ascii: ";")) else {
                throw Problem(reason: "a '&' that begins no reference")
            }
            let name = try string(part[..<end])
            guard let scalar = Self.scalar(name) else { throw Problem(reason: "the unknown reference &\(name);") }
            text.unicodeScalars.append(scalar)
            text += try string(part[(end + 1)...])
        }
        return text
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        switch name {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        default:
            if name.hasPrefix("#x") {
                UInt32(name.dropFirst(2), radix: 16).flatMap(Unicode.Scalar.init)
            } else if name.hasPrefix("#") {
                UInt32(name.dropFirst()).flatMap(Unicode.Scalar.init)
            } else {
                nil
            }
        }
    }
}

extension String {
    /// A name without the prefix of its namespace.
    fileprivate var withoutPrefix: String { split(separator: ":").last.map(String.init) ?? self }
}
