/// The probabilistic F score (Yacouby and Axman 2020, doi:10.18653/v1/2020.eval4nlp-1.9): precision and recall in which
/// each prediction counts with its probability. Of predictions that are all 0 or 1 it is the F score.
public enum ProbabilisticF {
    /// What the reference pipeline's sums begin at, so that nothing is divided by zero.
    static let start = 1e-6

    /// The reference pipeline's `pf1_score`, to the last bit: sums that begin at 1e-6, added in the order of the rows.
    ///
    /// - Parameters:
    ///   - set: Labels and scores.
    ///   - beta: How many times as much recall weighs as precision.
    /// - Returns: A number from 0 to 1.
    public static func seed(_ set: ScoredSet, beta: Double = 1) -> Double {
        var sums = SeedSums()
        for (label, score) in zip(set.labels, set.scores) { sums.add(score, label) }
        return sums.score(beta: beta)
    }

    /// The reference pipeline's `pf1_score` of `np.where(scores > threshold, 1.0, 0.0)`, to the last bit.
    static func seed(_ set: ScoredSet, above threshold: Double, beta: Double) -> Double {
        var sums = SeedSums()
        for (label, score) in zip(set.labels, set.scores) { sums.add(score > threshold ? 1 : 0, label) }
        return sums.score(beta: beta)
    }

    /// The metric itself, without starting values: (1 + β²)·Σpy / (β²·Σy + Σp).
    ///
    /// - Parameters:
    ///   - set: Labels and scores; any, none included.
    ///   - beta: How many times as much recall weighs as precision.
    /// - Returns: A number from 0 to 1; 0 where there are no positives or all scores are 0.
    public static func plain(_ set: ScoredSet, beta: Double = 1) -> Double {
        var (truePositives, predictedPositives) = (0.0, 0.0)
        for (label, score) in zip(set.labels, set.scores) {
            predictedPositives += score
            if label { truePositives += score }
        }
        return plain(
            truePositives: truePositives, predictedPositives: predictedPositives, positives: Double(set.positives),
            beta: beta)
    }

    /// (1 + β²)·TP / (β²·positives + predicted positives), 0 without true positives.
    static func plain(
        truePositives: Double, predictedPositives: Double, positives: Double, beta: Double
    ) -> Double {
        truePositives > 0 ? (1 + beta * beta) * truePositives / (beta * beta * positives + predictedPositives) : 0
    }
}

/// The reference pipeline's three sums.
private struct SeedSums {
    private var positives = ProbabilisticF.start
    private var truePositives = ProbabilisticF.start
    private var falsePositives = ProbabilisticF.start

    mutating func add(_ prediction: Double, _ label: Bool) {
        if label {
            positives += 1
            truePositives += prediction
        } else {
            falsePositives += prediction
        }
    }

    func score(beta: Double) -> Double {
        let squared = beta * beta
        let precision = truePositives / (truePositives + falsePositives)
        let recall = truePositives / positives
        guard precision > 0 && recall > 0 else { return 0 }
        return (1 + squared) * (precision * recall) / (squared * precision + recall)
    }
}
