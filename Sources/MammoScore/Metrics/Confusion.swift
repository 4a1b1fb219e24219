/// The confusion matrix (TP, FP, FN, TN) and what follows from it. Where a figure would be 0/0 it is 0, as
/// scikit-learn's `zero_division` has it.
public struct Confusion: Equatable, Sendable {
    /// TP: predicted positive, and positive.
    public var truePositives: Int
    /// FP: predicted positive, but negative.
    public var falsePositives: Int
    /// FN: predicted negative, but positive.
    public var falseNegatives: Int
    /// TN: predicted negative, and negative.
    public var trueNegatives: Int

    /// Counts predictions, positive being what is greater than a threshold.
    ///
    /// - Parameters:
    ///   - set: Labels and scores.
    ///   - threshold: A score equal to it is negative.
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

    /// TP + FN.
    public var positives: Int { truePositives + falseNegatives }
    /// FP + TN.
    public var negatives: Int { falsePositives + trueNegatives }

    /// TP / (TP + FP).
    public var precision: Double { ratio(truePositives, truePositives + falsePositives) }
    /// TP / (TP + FN): sensitivity.
    public var recall: Double { ratio(truePositives, truePositives + falseNegatives) }
    /// TN / (TN + FP).
    public var specificity: Double { ratio(trueNegatives, trueNegatives + falsePositives) }
    /// (TP + FP) / all: what a screening programme's recall rate is.
    public var recallRate: Double {
        let predictedPositives = truePositives + falsePositives
        return ratio(predictedPositives, predictedPositives + falseNegatives + trueNegatives)
    }

    /// The F score.
    ///
    /// - Parameter beta: How many times as much recall weighs as precision.
    /// - Returns: A number from 0 to 1.
    public func f(beta: Double = 1) -> Double {
        ProbabilisticF.plain(
            truePositives: Double(truePositives), predictedPositives: Double(truePositives + falsePositives),
            positives: Double(truePositives + falseNegatives), beta: beta)
    }

    private func ratio(_ part: Int, _ whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
