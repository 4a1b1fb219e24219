/// The distinct scores from the highest down, with how many stand at or above each: all that ROC, precision–recall and
/// the choice of a threshold need. Made in O(n log n).
public struct Ranking: Equatable, Sendable {
    /// The distinct scores, falling.
    public let scores: [Double]
    /// TP + FP: how many have the score of the same place or a higher one.
    public let predictedPositives: [Int]
    /// TP: how many of those are positive.
    public let truePositives: [Int]

    /// Ranks labels and scores.
    ///
    /// - Parameter set: Labels and scores; none will do.
    public init(_ set: ScoredSet) {
        // A score of 0 to 1 leaves its topmost bit unused, so that score and label sort as one integer.
        var keys = zip(set.labels, set.scores).map { $1.bitPattern << 1 | ($0 ? 1 : 0) }
        keys.sort(by: >)
        var (scores, predictedPositives, truePositives) = ([Double](), [Int](), [Int]())
        var positives = 0
        for (place, key) in keys.enumerated() {
            positives += Int(key & 1)
            let score = key >> 1
            if place + 1 < keys.count && keys[place + 1] >> 1 == score { continue }
            scores.append(Double(bitPattern: score))
            predictedPositives.append(place + 1)
            truePositives.append(positives)
        }
        self.init(scores: scores, predictedPositives: predictedPositives, truePositives: truePositives)
    }

    init(scores: [Double], predictedPositives: [Int], truePositives: [Int]) {
        (self.scores, self.predictedPositives, self.truePositives) = (scores, predictedPositives, truePositives)
    }

    /// How many there are.
    public var count: Int { predictedPositives.last ?? 0 }
    /// How many of them are positive.
    public var positives: Int { truePositives.last ?? 0 }
    /// How many of them are not.
    public var negatives: Int { count - positives }

    /// The share of pairs of a positive and a negative in which the positive has the higher score, ties counting half:
    /// the area under the ROC curve. Nil where one of the classes is not there.
    public var areaUnderROC: Double? {
        guard positives > 0 && negatives > 0 else { return nil }
        // Twice the number of pairs, in integers: exact.
        var twice = 0
        var (truePositivesBefore, falsePositivesBefore) = (0, 0)
        for (predictedPositives, truePositives) in zip(predictedPositives, truePositives) {
            let falsePositives = predictedPositives - truePositives
            twice += (falsePositives - falsePositivesBefore) * (truePositives + truePositivesBefore)
            (truePositivesBefore, falsePositivesBefore) = (truePositives, falsePositives)
        }
        return Double(twice) / (2 * Double(positives) * Double(negatives))
    }

    /// Σ (recall − recall before)·precision over the distinct scores: scikit-learn's `average_precision_score`. 0 where
    /// there are no positives.
    public var averagePrecision: Double {
        guard positives > 0 else { return 0 }
        var (sum, before) = (0.0, 0)
        for (predictedPositives, truePositives) in zip(predictedPositives, truePositives) where truePositives > before {
            sum += Double(truePositives - before) * Double(truePositives) / Double(predictedPositives)
            before = truePositives
        }
        return sum / Double(positives)
    }

    /// The highest sensitivity among thresholds with at least a specificity.
    ///
    /// - Parameter specificity: 0 to 1.
    /// - Returns: A number from 0 to 1, or nil where one of the classes is not there.
    public func sensitivity(atSpecificity specificity: Double) -> Double? {
        guard positives > 0 && negatives > 0 else { return nil }
        var best = 0
        for (predictedPositives, truePositives) in zip(predictedPositives, truePositives) {
            let trueNegatives = negatives - (predictedPositives - truePositives)
            guard Double(trueNegatives) / Double(negatives) >= specificity else { break }
            best = truePositives
        }
        return Double(best) / Double(positives)
    }
}
