/// numpy's legacy `RandomState(seed)`: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998,
/// doi:10.1145/272991.272995) with numpy's seeding and its `shuffle`, draw for draw.
public struct LegacyRandomState: Sendable {
    private static let size = 624
    private static let shift = 397

    private var key: [UInt32]
    private var position = LegacyRandomState.size

    /// The state that `numpy.random.RandomState(seed)` begins with.
    public init(seed: UInt32) {
        var word = seed
        key = (0..<UInt32(Self.size)).map { index in
            defer { word = 1_812_433_253 &* (word ^ (word >> 30)) &+ index &+ 1 }
            return word
        }
    }

    /// The next 32 random bits.
    public mutating func next32() -> UInt32 {
        if position == Self.size { refill() }
        var word = key[position]
        position += 1
        word ^= word >> 11
        word ^= (word << 7) & 0x9D2C_5680
        word ^= (word << 15) & 0xEFC6_0000
        return word ^ (word >> 18)
    }

    /// A number from 0 to `largest`, by rejection under the smallest mask that covers it, as numpy's `random_interval`.
    package mutating func next(through largest: UInt32) -> UInt32 {
        if largest == 0 { return 0 }
        let mask = UInt32.max >> UInt32(largest.leadingZeroBitCount)
        while true {
            let value = next32() & mask
            if value <= largest { return value }
        }
    }

    /// Shuffles as `RandomState.shuffle` does: from the last element down, each swapped with one at or before it.
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for i in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(i, Int(next(through: UInt32(i))))
        }
    }

    private mutating func refill() {
        for i in 0..<Self.size {
            let word = (key[i] & 0x8000_0000) | (key[(i + 1) % Self.size] & 0x7FFF_FFFF)
            let twist = word & 1 == 0 ? 0 : 0x9908_B0DF as UInt32
            key[i] = key[(i + Self.shift) % Self.size] ^ (word >> 1) ^ twist
        }
        position = 0
    }
}
