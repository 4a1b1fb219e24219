/// SplitMix64 (Steele, Lea and Flood 2014, doi:10.1145/2714064.2660195): a counter in steps of the golden ratio, mixed.
/// Small, quick to seed, and the same on every machine.
public struct SplitMix64: Sendable {
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    private var state: UInt64

    /// A generator that begins at a seed.
    ///
    /// - Parameter seed: Any number.
    public init(seed: UInt64) { state = seed }

    /// The generator of one part of a run: its seed is the output of that number of the run's generator, so that
    /// parts may be drawn in any order and on any number of threads.
    ///
    /// - Parameters:
    ///   - seed: The run's seed.
    ///   - stream: The part's number, from 0.
    public init(seed: UInt64, stream: UInt64) {
        var run = SplitMix64(seed: seed &+ Self.step &* stream)
        state = run.next()
    }

    /// The next 64 random bits.
    ///
    /// - Returns: Any number, each as likely.
    public mutating func next() -> UInt64 {
        state &+= Self.step
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// A number from 0 up to, but without, `bound`: the high half of a product (Lemire 2019, doi:10.1145/3230636). The
    /// bias, below bound / 2^64, cannot be seen with bounds as small as numbers of images.
    ///
    /// - Parameter bound: Above 0.
    /// - Returns: One of the numbers, each as likely.
    public mutating func next(below bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }
}
