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
