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
        var (found, called) = (0.0, 0.0)
        for (label, score) in zip(set.labels, set.scores) {
            called += score
            if label { found += score }
        }
        return plain(found: found, called: called, positives: Double(set.positives), beta: beta)
    }

    /// (1 + β²)·found / (β²·positives + called), 0 where nothing was found.
    static func plain(found: Double, called: Double, positives: Double, beta: Double) -> Double {
        found > 0 ? (1 + beta * beta) * found / (beta * beta * positives + called) : 0
    }
}

/// The reference pipeline's three sums.
private struct SeedSums {
    private var positives = ProbabilisticF.start
    private var found = ProbabilisticF.start
    private var wrong = ProbabilisticF.start

    mutating func add(_ prediction: Double, _ label: Bool) {
        if label {
            positives += 1
            found += prediction
        } else {
            wrong += prediction
        }
    }

    func score(beta: Double) -> Double {
        let squared = beta * beta
        let (precision, recall) = (found / (found + wrong), found / positives)
        guard precision > 0 && recall > 0 else { return 0 }
        return (1 + squared) * (precision * recall) / (squared * precision + recall)
    }
}
