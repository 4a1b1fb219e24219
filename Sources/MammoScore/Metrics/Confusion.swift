/// How many were called positive and how many are, and what follows from it. Where a figure would be 0/0 it is 0, as
/// scikit-learn's `zero_division` has it.
public struct Confusion: Equatable, Sendable {
    /// Called positive, and are.
    public var truePositives: Int
    /// Called positive, but are not.
    public var falsePositives: Int
    /// Not called, but are positive.
    public var falseNegatives: Int
    /// Not called, nor positive.
    public var trueNegatives: Int

    /// Calls positive what is greater than a threshold.
    ///
    /// - Parameters:
    ///   - set: Labels and scores.
    ///   - threshold: A score equal to it is not called.
    public init(_ set: ScoredSet, above threshold: Double) {
        self.init()
        for (label, score) in zip(set.labels, set.scores) {
            switch (label, score > threshold) {
            case (true, true): truePositives += 1
            case (false, true): falsePositives += 1
            case (true, false): falseNegatives += 1
            case (false, false): trueNegatives += 1
            }
        }
    }

    init() { (truePositives, falsePositives, falseNegatives, trueNegatives) = (0, 0, 0, 0) }

    /// Adds another's counts.
    mutating func add(_ other: Confusion) {
        truePositives += other.truePositives
        falsePositives += other.falsePositives
        falseNegatives += other.falseNegatives
        trueNegatives += other.trueNegatives
    }

    /// The share of those called that are positive.
    public var precision: Double { ratio(truePositives, truePositives + falsePositives) }
    /// The share of the positives that were called: sensitivity.
    public var recall: Double { ratio(truePositives, truePositives + falseNegatives) }
    /// The share of the negatives that were not called.
    public var specificity: Double { ratio(trueNegatives, trueNegatives + falsePositives) }
    /// The share called positive: what a screening programme's recall rate is.
    public var recallRate: Double {
        let called = truePositives + falsePositives
        return ratio(called, called + falseNegatives + trueNegatives)
    }

    /// The F score.
    ///
    /// - Parameter beta: How many times as much recall weighs as precision.
    /// - Returns: A number from 0 to 1.
    public func f(beta: Double = 1) -> Double {
        ProbabilisticF.plain(
            found: Double(truePositives), called: Double(truePositives + falsePositives),
            positives: Double(truePositives + falseNegatives), beta: beta)
    }

    private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
