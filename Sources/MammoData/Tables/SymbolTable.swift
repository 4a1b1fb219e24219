/// An id in a `SymbolTable`: two are equal where their bytes are.
package struct Symbol: Hashable, Sendable {
    /// The place in the table, from 0.
    package let number: Int32

    /// No id.
    package static let absent = Symbol(number: -1)

    package init(number: Int32) { self.number = number }

    /// The place in the table as an index; of `absent` there is none.
    package var index: Int { Int(number) }

    package var isAbsent: Bool { number < 0 }
}

/// Two ids, as a patient and an image of hers.
package struct SymbolPair: Hashable, Sendable {
    package let first: Symbol
    package let second: Symbol

    package init(_ first: Symbol, _ second: Symbol) { (self.first, self.second) = (first, second) }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(UInt64(UInt32(bitPattern: first.number)) << 32 | UInt64(UInt32(bitPattern: second.number)))
    }
}

/// Each id of a table once, in the order of first sight, so that rows are compared by numbers instead of texts.
///
/// A hash table with open addressing over the ids' bytes: for an id its bytes, eight bytes for its end, and 16 to 32 bytes of
/// slots.
package struct SymbolTable: Sendable {
    /// All ids, one behind the other.
    private var bytes: [UInt8] = []
    /// Where each id ends in `bytes`.
    private var ends: [Int] = []
    /// The upper half of an id's hash, and below it one more than its number; 0 where there is none.
    private var slots: [UInt64] = [UInt64](repeating: 0, count: 16)

    package init() {}

    /// How many ids there are.
    package var count: Int { ends.count }

    /// The text of an id.
    package func text(_ symbol: Symbol) -> String { withBytes(of: symbol) { String(decoding: $0, as: UTF8.self) } }

    /// The number of an id, which is new where it is the count before.
    package mutating func intern(_ id: UnsafeBufferPointer<UInt8>) -> Symbol {
        let hash = Self.hash(id)
        let slot = slot(of: id, hash)
        if slots[slot] != 0 { return Self.symbol(slots[slot]) }
        let symbol = Symbol(number: Int32(ends.count))
        bytes.append(contentsOf: id)
        ends.append(bytes.count)
        slots[slot] = hash & Self.upperHalf | UInt64(ends.count)
        if ends.count * 2 > slots.count { grow(to: 2 * slots.count) }
        return symbol
    }

    /// The same of a text.
    package mutating func intern(_ id: String) -> Symbol {
        var id = id
        return id.withUTF8 { intern($0) }
    }

    /// The same of two ids with something between them, as `patient_side`.
    package mutating func intern(_ first: Symbol, _ separator: UInt8, _ second: UnsafeBufferPointer<UInt8>) -> Symbol {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length(of: first) + 1 + second.count) { whole in
            let end = withBytes(of: first) { whole.initialize(fromContentsOf: $0) }
            whole.initializeElement(at: end, to: separator)
            _ = whole[(end + 1)...].initialize(fromContentsOf: second)
            return intern(UnsafeBufferPointer(whole))
        }
    }

    /// The same of the part of an id before the last `byte`, or of all of it where it has none.
    package mutating func internPrefix(of symbol: Symbol, beforeLast byte: UInt8) -> Symbol {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length(of: symbol)) { whole in
            let end = withBytes(of: symbol) { whole.initialize(fromContentsOf: $0) }
            let length = whole[..<end].lastIndex(of: byte) ?? end
            return intern(UnsafeBufferPointer(rebasing: whole[..<length]))
        }
    }

    /// Of each id of another table its number here, by its number there; `absent` where it is not here.
    package func symbols(of other: SymbolTable) -> [Symbol] {
        (0..<other.count).map { symbol(of: Symbol(number: Int32($0)), in: other) }
    }

    /// The number of an id of another table; `absent` where it is not here.
    package func symbol(of id: Symbol, in other: SymbolTable) -> Symbol { other.withBytes(of: id) { symbol(of: $0) } }

    /// The number of an id; `absent` where it is not here.
    package func symbol(of id: UnsafeBufferPointer<UInt8>) -> Symbol {
        let found = slots[slot(of: id, Self.hash(id))]
        return found == 0 ? .absent : Self.symbol(found)
    }

    /// An id's bytes.
    package func withBytes<Result>(of symbol: Symbol, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        let begin = symbol.number == 0 ? 0 : ends[symbol.index - 1]
        return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[begin..<ends[symbol.index]])) }
    }

    private func length(of symbol: Symbol) -> Int { withBytes(of: symbol) { $0.count } }

    private static let upperHalf: UInt64 = 0xFFFF_FFFF_0000_0000

    private static func symbol(_ slot: UInt64) -> Symbol {
        Symbol(number: Int32(truncatingIfNeeded: slot & 0xFFFF_FFFF) - 1)
    }

    /// Where an id is, or where it would go.
    private func slot(of id: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash >> 32) & mask
        while true {
            let found = slots[slot]
            if found == 0 { return slot }
            if found & Self.upperHalf == hash & Self.upperHalf, isEqual(Self.symbol(found), id) { return slot }
            slot = (slot + 1) & mask
        }
    }

    private func isEqual(_ symbol: Symbol, _ id: UnsafeBufferPointer<UInt8>) -> Bool {
        withBytes(of: symbol) { $0.count == id.count && $0.elementsEqual(id) }
    }

    /// Makes room for so many ids in all.
    package mutating func reserveCapacity(_ ids: Int) {
        ends.reserveCapacity(ids)
        var size = slots.count
        while size < 2 * ids { size *= 2 }
        if size > slots.count { grow(to: size) }
    }

    private mutating func grow(to size: Int) {
        let old = slots
        slots = [UInt64](repeating: 0, count: size)
        let mask = slots.count - 1
        for entry in old where entry != 0 {
            var slot = Int(entry >> 32) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = entry
        }
    }

    /// Eight bytes at a time, each mixed in by a multiplication whose upper half comes down (as wyhash does it).
    private static func hash(_ id: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: id.count) &* 0x9E37_79B9_7F4A_7C15
        var at = 0
        while at < id.count {
            var word: UInt64 = 0
            let length = min(8, id.count - at)
            withUnsafeMutableBytes(of: &word) {
                $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(id)[at..<(at + length)]))
            }
            let product = (hash ^ word ^ 0xA076_1D64_78BD_642F).multipliedFullWidth(by: 0xE703_7ED1_A0B4_28DB)
            hash = product.high ^ product.low
            at += 8
        }
        return hash
    }
}
