/// Values to compute with: the same ones in every run.
package struct Values: Sendable {
    private var state: UInt64

    /// The same values for the same seed.
    package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// A value from -1 to 1 (xorshift64*).
    package mutating func next() -> Float {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Float(Int32(truncatingIfNeeded: (state &* 0x2545_F491_4F6C_DD1D) >> 32)) / 0x1p31
    }

    /// So many values, from -scale to scale.
    package mutating func array(_ count: Int, scale: Float = 1) -> [Float] { (0..<count).map { _ in next() * scale } }
}
