import CDCMTK

/// A look-up table from rescaled values to display values (VOI LUT Sequence, PS3.3 C.11.2.1.1).
public struct VOILUT: Equatable, Sendable {
    /// The rescaled value that the first entry is for; lower ones get it too.
    public let firstMapped: Int
    /// Bits of an entry, 8 to 16: `(1 << bits) - 1` is white.
    public let bits: Int
    /// The display values; what lies beyond the last gets the last.
    public let entries: [UInt16]

    /// A table of `entries`.
    public init(firstMapped: Int, bits: Int, entries: [UInt16]) {
        self.firstMapped = firstMapped
        self.bits = bits
        self.entries = entries
    }

    /// All tables of a file, in order, up to the first that is none.
    static func all(in file: OpaquePointer, isSigned: Bool) -> [VOILUT] {
        var tables: [VOILUT] = []
        var words = [UInt16](repeating: 0, count: 1 << 16)
        while tables.count < 32 {
            var descriptor: [UInt16] = [0, 0, 0]
            var found = 0
            guard cdcmtk_voi_lut(file, UInt(tables.count), &descriptor, &words, words.count, &found) != 0 else { break }
            let count = descriptor[0] == 0 ? 1 << 16 : Int(descriptor[0])
            let bits = Int(descriptor[2])
            guard (8...16).contains(bits), let entries = entries(of: words.prefix(found), count: count, bits: bits)
            else {
                break
            }
            let first = isSigned ? Int(Int16(bitPattern: descriptor[1])) : Int(descriptor[1])
            tables.append(VOILUT(firstMapped: first, bits: bits, entries: entries))
        }
        return tables
    }

    /// One entry a word, or, with 8 bits, two (PS3.3 C.11.1.1.1, note 3).
    private static func entries(of words: ArraySlice<UInt16>, count: Int, bits: Int) -> [UInt16]? {
        if words.count >= count { return Array(words.prefix(count)) }
        guard bits == 8, words.count * 2 >= count else { return nil }
        return Array(words.flatMap { [$0 & 0xFF, $0 >> 8] }.prefix(count))
    }
}
