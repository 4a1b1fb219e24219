/// A look-up table: from stored values to rescaled ones (Modality LUT, PS3.3 C.11.1.1), or from rescaled to display values (VOI
/// LUT, C.11.2.1.1).
public struct LookUpTable: Equatable, Sendable {
    /// The value that the first entry is for; lower ones get it too.
    public let firstMapped: Int
    /// Bits of an entry, 8 to 16: `(1 << bits) - 1` is the most, of a VOI LUT white.
    public let bits: Int
    /// What the values become; what lies beyond the last gets the last.
    public let entries: [UInt16]

    /// A table of `entries`, of which there is one at least.
    public init(firstMapped: Int, bits: Int, entries: [UInt16]) {
        precondition(!entries.isEmpty, "a look-up table has entries")
        self.firstMapped = firstMapped
        self.bits = bits
        self.entries = entries
    }

    /// The entry for a value, that of the whole number below it.
    public func entry(for value: Double) -> UInt16 {
        // Clamped before it is made whole: a slope may lead far out of the table.
        entries[Int(min(max(value - Double(firstMapped), 0), Double(entries.count - 1)))]
    }
}

extension LookUpTable {
    /// What a sequence of tables holds.
    struct Found {
        /// The tables, in order, up to the first that cannot be used.
        var tables: [LookUpTable] = []
        /// What is wrong with that one.
        var problem: String?
    }

    private static let descriptor = HeaderReader.Tag(0x0028, 0x3002, "LUTDescriptor")
    private static let data = HeaderReader.Tag(0x0028, 0x3006, "LUTData")

    /// The tables of a sequence, 32 at the most. `isSigned` where the values mapped may be negative, as far as the header around
    /// the sequence tells.
    static func all(in sequence: HeaderReader.Tag, _ header: HeaderReader, isSigned: Bool) -> Found {
        var found = Found()
        while found.tables.count < 32, let item = header.dataSet.item(found.tables.count, of: sequence.number) {
            do throws(DICOMError) {
                found.tables.append(try LookUpTable(HeaderReader(item, header.notes), isSigned: isSigned))
            } catch {
                found.problem = "table \(found.tables.count + 1) of \(sequence.keyword) cannot be used: \(error)"
                break
            }
        }
        return found
    }

    private init(_ item: HeaderReader, isSigned: Bool) throws(DICOMError) {
        guard let descriptor = ElementValue(item.dataSet, Self.descriptor) else {
            throw .missingAttribute(Self.descriptor.keyword)
        }
        let words = descriptor.words
        guard words.count >= 3 else {
            throw .badAttribute(name: Self.descriptor.keyword, found: descriptor.shown, expected: "three words")
        }
        guard (8...16).contains(words[2]) else {
            throw .badAttribute(
                name: "the third value of \(Self.descriptor.keyword)", found: "\(words[2])", expected: "8 to 16 bits")
        }
        item.notes.expect(oneOf: [.us, .ss], descriptor.vr, Self.descriptor.keyword)
        let count = words[0] == 0 ? 1 << 16 : Int(words[0])
        guard let data = ElementValue(item.dataSet, Self.data, mostBytes: 1 << 17) else {
            throw .missingAttribute(Self.data.keyword)
        }
        item.notes.expect(oneOf: [.ow, .us], data.vr, Self.data.keyword)
        guard let entries = Self.entries(of: data, count: count, bits: Int(words[2])) else {
            throw .badAttribute(
                name: Self.data.keyword, found: "\(data.words.count) words", expected: "\(count) entries")
        }
        let takesSign = isSigned || descriptor.vr == .ss
        self.init(
            firstMapped: takesSign ? Int(Int16(bitPattern: words[1])) : Int(words[1]), bits: Int(words[2]),
            entries: entries)
    }

    /// One entry a word, or, with 8 bits, two (PS3.3 C.11.1.1.1, note 3).
    private static func entries(of data: ElementValue, count: Int, bits: Int) -> [UInt16]? {
        let words = data.words
        if words.count >= count { return Array(words.prefix(count)) }
        guard bits == 8, words.count * 2 >= count else { return nil }
        return Array(words.flatMap { [$0 & 0xFF, $0 >> 8] }.prefix(count))
    }
}
