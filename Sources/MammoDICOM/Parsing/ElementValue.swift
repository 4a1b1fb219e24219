/// The value of one element, read by the VR it has, not the one it should have.
struct ElementValue {
    let vr: ValueRepresentation?
    private let bytes: [UInt8]
    private let isBigEndian: Bool

    /// Texts and numbers of a header are short; more is not read.
    static let mostBytes = 1024

    /// Nil where there is no such element, or it is a sequence.
    init?(_ dataSet: DataSet, _ tag: HeaderReader.Tag, mostBytes: Int = Self.mostBytes) {
        guard let head = dataSet[tag.number], let length = head.length, head.vr != .sq else { return nil }
        vr = head.vr
        bytes = Array(dataSet.heads.reader.bytes(at: head.valueStart, count: min(length, mostBytes)))
        // What is in UN is little-endian whatever the transfer syntax (PS3.5 6.2.2, note 2).
        isBigEndian = dataSet.heads.isBigEndian && head.vr != .un
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// Where the VR is one of numbers, those; nil for texts, and for bytes whose VR does not say what they are.
    var numbersByVR: [Double]? {
        switch vr?.kind {
        case .unsigned(let size): numbers(size).map { Double(UInt64(bitPattern: Int64($0))) }
        case .signed(let size): numbers(size).map { Double(Self.extended($0, size)) }
        case .float: numbers(4).map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }
        case .double: numbers(8).map { Double(bitPattern: UInt64(bitPattern: Int64($0))) }
        default: nil
        }
    }

    /// A text's numbers, nil in the place of what is none; blanks behind the last are no value.
    var numbersByText: [Double?] {
        var parts = (text ?? "").split(separator: "\\", omittingEmptySubsequences: false)
        while parts.last?.allSatisfy({ $0 == " " }) == true { parts.removeLast() }
        return parts.map { Double($0.filter { $0 != " " }) }
    }

    /// The number that bytes are by their count; two words where four bytes are more than a word can be.
    var binary: Double? {
        guard [1, 2, 4, 8].contains(bytes.count), let number = numbers(bytes.count).first else { return nil }
        return bytes.count == 4 && number > 0xFFFF ? words.first.map(Double.init) : Double(number)
    }

    /// The number of a text, where the VR is one of texts; else that of the bytes.
    var binaryOrText: [Double] {
        vr?.kind == .text ? numbersByText.compactMap { $0 } : binary.map { [$0] } ?? []
    }

    /// Unsigned words of two bytes.
    var words: [UInt16] { numbers(2).map { UInt16(truncatingIfNeeded: $0) } }

    /// The bytes look like a text, padding included.
    var isText: Bool {
        let end = bytes.lastIndex { $0 != 0 && $0 != 0x20 }.map { $0 + 1 } ?? 0
        return end > 0 && bytes[..<end].allSatisfy { $0 >= 0x20 }
    }

    /// As text without control characters and padding; nil where nothing is left.
    var text: String? {
        let text = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).filter {
            $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        }
        let trimmed = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    /// For messages: the text in quotes, or the bytes.
    var shown: String {
        if isText, let text { return "'\(text.prefix(64))'" }
        let digits = bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
        let vr = vr.map { " with VR \($0.letters)" } ?? ""
        return "\(bytes.count) bytes\(vr), \(digits.joined(separator: " "))\(bytes.count > 8 ? " …" : "")"
    }

    private func numbers(_ size: Int) -> [Int] {
        stride(from: 0, through: bytes.count - size, by: size).map { start in
            let number = bytes[start..<start + size]
            let folded = (isBigEndian ? Array(number) : number.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int(truncatingIfNeeded: folded)
        }
    }

    private static func extended(_ number: Int, _ size: Int) -> Int {
        let unused = 64 - 8 * size
        return (number << unused) >> unused
    }
}

extension ValueRepresentation {
    /// What a value is.
    enum Kind: Equatable {
        case text
        case unsigned(Int)
        case signed(Int)
        case float
        case double
        /// Bytes or words of which the VR does not say what they mean, or a sequence.
        case bytes
    }

    var kind: Kind {
        switch self {
        case .us: .unsigned(2)
        case .ul, .at: .unsigned(4)
        case .uv: .unsigned(8)
        case .ss: .signed(2)
        case .sl: .signed(4)
        case .sv: .signed(8)
        case .fl, .of: .float
        case .fd, .od: .double
        case .ob, .ol, .ov, .ow, .un, .sq: .bytes
        default: .text
        }
    }
}
