/// Values to compute with: the same ones in every run.
struct Values: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// A value from -1 to 1 (xorshift64*).
    mutating func next() -> Float {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return Float(Int32(truncatingIfNeeded: (state &* 0x2545_F491_4F6C_DD1D) >> 32)) / 0x1p31
    }

    mutating func array(_ count: Int, scale: Float = 1) -> [Float] { (0..<count).map { _ in next() * scale } }
}

/// The largest |value - reference|, as a share of what the reference holds at most.
func largestError(_ values: [Float], _ reference: [Float]) -> Float {
    precondition(values.count == reference.count)
    let largest = reference.map(abs).max() ?? 0
    let error = zip(values, reference).map { abs($0 - $1) }.max() ?? 0
    guard error.isFinite || reference.contains(where: { !$0.isFinite }) else { return .infinity }
    return error / max(largest, .leastNormalMagnitude)
}

/// Values that stay where they are while a kernel works on them.
final class Memory {
    let base: UnsafeMutablePointer<Float>
    private let count: Int

    init(_ values: [Float]) {
        count = values.count
        base = .allocate(capacity: max(count, 1))
        base.initialize(from: values, count: count)
    }

    deinit { base.deallocate() }

    var values: [Float] { [Float](UnsafeBufferPointer(start: base, count: count)) }
}
