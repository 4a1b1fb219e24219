/// Labels and scores of one unit (images, breasts or patients), side by side.
public struct ScoredSet: Equatable, Sendable {
    /// Whether each has cancer.
    public let labels: [Bool]
    /// What was predicted of each: probabilities, 0 to 1.
    public let scores: [Double]

    /// Labels and scores, side by side.
    ///
    /// Scores outside 0 to 1 are clipped, as the reference pipeline's `pf1_score` does, and NaN counts as 0. Tables with
    /// either are rejected when they are read.
    ///
    /// - Parameters:
    ///   - labels: Whether each has cancer.
    ///   - scores: What was predicted of each; as many as there are labels.
    public init(labels: [Bool], scores: [Double]) {
        precondition(labels.count == scores.count, "a score for each label")
        self.labels = labels
        // Adding 0 turns -0 into 0, so that equal scores have equal bits.
        self.scores = scores.map { $0 > 0 ? min($0, 1) : 0 }
    }

    /// How many there are.
    public var count: Int { labels.count }

    /// How many have cancer.
    public var positives: Int { labels.count { $0 } }

    /// The share that has cancer; 0 of none.
    public var baseRate: Double { count == 0 ? 0 : Double(positives) / Double(count) }

    /// The mean of the scores; 0 of none.
    public var meanScore: Double { count == 0 ? 0 : scores.reduce(0, +) / Double(count) }

    /// Those at some places.
    ///
    /// - Parameter places: Indices into `labels` and `scores`.
    /// - Returns: Their labels and scores, in the order of `places`.
    public func at(_ places: [Int]) -> ScoredSet {
        ScoredSet(labels: places.map { labels[$0] }, scores: places.map { scores[$0] })
    }
}
