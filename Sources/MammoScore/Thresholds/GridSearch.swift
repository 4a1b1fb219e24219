/// The reference pipeline's `pf1_threshold`: every threshold of a grid, the first best.
public struct GridSearch: Equatable, Sendable {
    /// The grid: `numpy.arange(0, 1, step)`, which is each number times the step, rounded once.
    public let thresholds: [Double]
    /// The reference pipeline's pF of calling positive what is greater than each threshold.
    public let scores: [Double]
    /// The first of the best scores' places.
    public let place: Int

    /// The first threshold with the best score.
    public var threshold: Double { thresholds[place] }
    /// The best score.
    public var score: Double { scores[place] }

    /// Scores a grid.
    ///
    /// - Parameters:
    ///   - set: Labels and scores.
    ///   - step: The distance of two thresholds; above 0, at most 1. The reference pipeline's is 0.05.
    ///   - beta: How many times as much recall weighs as precision. The reference pipeline's is 1.
    public init(_ set: ScoredSet, step: Double = 0.05, beta: Double = 1) {
        precondition(step > 0 && step <= 1, "a step above 0 and at most 1")
        thresholds = (0..<Int((1 / step).rounded(.up))).map { Double($0) * step }
        scores = thresholds.map { ProbabilisticF.seed(set, above: $0, beta: beta) }
        var best = 0
        for place in scores.indices where scores[place] > scores[best] { best = place }
        place = best
    }
}
