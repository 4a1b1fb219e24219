// Numbers, texts and lines of a pickle.
extension PickleReader {
    mutating func take(_ count: Int) throws(WeightsError) -> ArraySlice<UInt8> {
        guard let bytes = cursor.take(count) else { throw damaged("it ends") }
        return bytes
    }

    mutating func next<Number: FixedWidthInteger>(_ type: Number.Type) throws(WeightsError) -> Number {
        guard let number = cursor.number(type) else { throw damaged("it ends") }
        return number
    }

    /// A length of 64 bits.
    mutating func length() throws(WeightsError) -> Int {
        guard let length = Int(exactly: try next(UInt64.self)) else { throw damaged("it ends") }
        return length
    }

    mutating func line() throws(WeightsError) -> ArraySlice<UInt8> {
        guard let line = cursor.line() else { throw damaged("a line does not end") }
        return line
    }

    mutating func text(_ count: Int) throws(WeightsError) -> String {
        String(decoding: try take(count), as: UTF8.self)
    }

    /// A text of protocol 0, with its quotes taken off; escapes stay as they are.
    func text(inLine line: ArraySlice<UInt8>) -> String {
        let text = String(decoding: line, as: UTF8.self)
        guard let first = text.first, first == "'" || first == "\"", text.count > 1, text.last == first else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }

    /// Bytes that weights do not need.
    mutating func skip(_ count: Int) throws(WeightsError) {
        _ = try take(count)
        try push(.other)
    }

    /// A number of protocol 0: "12", "12L", and "00" and "01" for false and true.
    func number(inLine line: ArraySlice<UInt8>) -> Value {
        let text = String(decoding: line.prefix(24), as: UTF8.self)
        if text == "00" || text == "01" { return .flag(text == "01") }
        return Int(text.hasSuffix("L") ? String(text.dropLast()) : text).map { .number($0) } ?? .other
    }

    /// The place of a value that is remembered.
    func index(inLine line: ArraySlice<UInt8>) throws(WeightsError) -> Int {
        guard case .number(let index) = number(inLine: line) else { throw damaged("a place is no number") }
        return index
    }

    /// An integer in two's complement, little endian.
    func long(_ bytes: ArraySlice<UInt8>) -> Value {
        guard bytes.count <= 8 else { return .other }
        var number = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if let last = bytes.last, last >= 0x80, bytes.count < 8 { number |= UInt64.max << (8 * UInt64(bytes.count)) }
        return .number(Int(Int64(bitPattern: number)))
    }

    mutating func protocolNumber() throws(WeightsError) {
        let number = try next(UInt8.self)
        guard number <= 5 else {
            throw .unsupported(path: path, reason: "pickle protocol \(number), expected 0 to 5")
        }
    }
}
