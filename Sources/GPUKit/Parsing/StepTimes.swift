/// Times of a run's steps.
package enum StepTimes {
    /// The median of those that are left when the first, which warm up, are left out.
    ///
    /// - Parameters:
    ///   - seconds: Of each step, in order.
    ///   - warmUp: How many are left out.
    /// - Returns: The median and of how many; nil where none is left.
    package static func median(_ seconds: [Double], warmUp: Int) -> (seconds: Double, count: Int)? {
        let sorted = seconds.dropFirst(warmUp).sorted()
        guard !sorted.isEmpty else { return nil }
        let middle = sorted.count / 2
        let median = sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        return (median, sorted.count)
    }
}
