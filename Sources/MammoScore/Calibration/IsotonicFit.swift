import MammoData

/// Isotonic regression of the label on the score: the rising steps with the least squared error, found by pooling adjacent
/// violators, as scikit-learn's `IsotonicRegression(out_of_bounds="clip")` fits them.
public struct IsotonicFit: Equatable, Sendable {
    /// The knots' scores, rising: the ends of each step.
    public private(set) var scores: [Double] = []
    /// The knots' probabilities, which do not fall.
    public private(set) var probabilities: [Double] = []

    /// No more knots are kept, so that weights can record them.
    public static let mostKnots = 1000

    /// A step: the share of positives among all its scores.
    private struct Step {
        var positives: Int
        var count: Int
        var first: Double
        var last: Double

        var value: Double { Double(positives) / Double(count) }
        /// In integers: exact.
        func isBelow(_ other: Step) -> Bool { positives * other.count < other.positives * count }
    }

    /// Fits the steps.
    ///
    /// - Parameters:
    ///   - ranking: The distinct scores; none will do, and maps each score to itself.
    ///   - mostKnots: Of more only some are kept, evenly, and the ends; 2 or more.
    public init(_ ranking: Ranking, mostKnots: Int = Self.mostKnots) {
        var steps: [Step] = []
        for place in ranking.scores.indices.reversed() {
            let (before, found) = place > 0 ? (place - 1, true) : (0, false)
            let count = ranking.predictedPositives[place] - (found ? ranking.predictedPositives[before] : 0)
            let positives = ranking.truePositives[place] - (found ? ranking.truePositives[before] : 0)
            let score = ranking.scores[place]
            var step = Step(positives: positives, count: count, first: score, last: score)
            while let lower = steps.last, !lower.isBelow(step) {
                step.positives += lower.positives
                step.count += lower.count
                step.first = lower.first
                steps.removeLast()
            }
            steps.append(step)
        }
        var knots: [(score: Double, value: Double)] = []
        for step in steps {
            knots.append((step.first, step.value))
            if step.last > step.first { knots.append((step.last, step.value)) }
        }
        if knots.count > mostKnots {
            let last = knots.count - 1
            knots = (0..<mostKnots).map { knots[$0 * last / (mostKnots - 1)] }
        }
        (scores, probabilities) = (knots.map(\.score), knots.map(\.value))
    }

    /// The map.
    public var map: CalibrationMap { .isotonic(scores: scores, probabilities: probabilities) }
}
