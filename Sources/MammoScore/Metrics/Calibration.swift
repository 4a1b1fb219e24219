/// What is observed where a probability was predicted.
public struct Calibration: Equatable, Sendable {
    /// Scores above `lower` up to and with `upper`; the first bin has 0 too.
    public struct Bin: Equatable, Sendable {
        /// Where the bin begins.
        public let lower: Double
        /// Where it ends.
        public let upper: Double
        /// How many scores are in it.
        public var count = 0
        /// How many of those are positive.
        public var positives = 0
        /// The sum of the scores.
        var sum = 0.0

        /// The mean of the scores; nil of none.
        public var meanScore: Double? { count == 0 ? nil : sum / Double(count) }
        /// The share of positives; nil of none.
        public var rate: Double? { count == 0 ? nil : Double(positives) / Double(count) }
    }

    /// The bins, rising.
    public private(set) var bins: [Bin]
    /// The mean of (score − label)²; 0 of none.
    public let brier: Double

    /// Ten bins of equal width, as scikit-learn's `calibration_curve(n_bins=10)` cuts them.
    ///
    /// - Parameter set: Labels and scores.
    public init(_ set: ScoredSet) {
        // numpy.linspace(0, 1, 11): multiples of 0.1 rounded once, and 1 itself at the end.
        let edges = (0...10).map { $0 == 10 ? 1 : Double($0) * 0.1 }
        bins = (0..<10).map { Bin(lower: edges[$0], upper: edges[$0 + 1]) }
        var squares = 0.0
        for (label, score) in zip(set.labels, set.scores) {
            let bin = edges[1..<10].firstIndex { score <= $0 }.map { $0 - 1 } ?? 9
            bins[bin].count += 1
            bins[bin].sum += score
            if label { bins[bin].positives += 1 }
            let difference = score - (label ? 1 : 0)
            squares += difference * difference
        }
        brier = set.count == 0 ? 0 : squares / Double(set.count)
    }

    /// The expected calibration error: the distance of mean score and rate, averaged over bins by their counts.
    public var expectedError: Double {
        let count = bins.reduce(0) { $0 + $1.count }
        return count == 0 ? 0 : bins.reduce(0) { $0 + abs($1.sum - Double($1.positives)) } / Double(count)
    }
}
