/// The distinct scores from the highest down, with how many stand at or above each: all that ROC, precision–recall and
/// the choice of a threshold need. Made in O(n log n).
public struct Ranking: Equatable, Sendable {
    /// The distinct scores, falling.
    public let scores: [Double]
    /// How many have the score of the same place or a higher one.
    public let called: [Int]
    /// How many of those are positive.
    public let found: [Int]

    /// Ranks labels and scores.
    ///
    /// - Parameter set: Labels and scores; none will do.
    public init(_ set: ScoredSet) {
        // A score of 0 to 1 leaves its topmost bit unused, so that score and label sort as one integer.
        var keys = zip(set.labels, set.scores).map { $1.bitPattern << 1 | ($0 ? 1 : 0) }
        keys.sort(by: >)
        var (scores, called, found) = ([Double](), [Int](), [Int]())
        var positives = 0
        for (place, key) in keys.enumerated() {
            positives += Int(key & 1)
            let score = key >> 1
            if place + 1 < keys.count && keys[place + 1] >> 1 == score { continue }
            scores.append(Double(bitPattern: score))
            called.append(place + 1)
            found.append(positives)
        }
        self.init(scores: scores, called: called, found: found)
    }

    init(scores: [Double], called: [Int], found: [Int]) {
        (self.scores, self.called, self.found) = (scores, called, found)
    }

    /// How many there are.
    public var count: Int { called.last ?? 0 }
    /// How many of them are positive.
    public var positives: Int { found.last ?? 0 }
    /// How many of them are not.
    public var negatives: Int { count - positives }

    /// The share of pairs of a positive and a negative in which the positive has the higher score, ties counting half:
    /// the area under the ROC curve. Nil where one of the classes is not there.
    public var areaUnderROC: Double? {
        guard positives > 0 && negatives > 0 else { return nil }
        // Twice the number of pairs, in integers: exact.
        var twice = 0
        var (foundBefore, wrongBefore) = (0, 0)
        for (called, found) in zip(called, found) {
            let wrong = called - found
            twice += (wrong - wrongBefore) * (found + foundBefore)
            (foundBefore, wrongBefore) = (found, wrong)
        }
        return Double(twice) / (2 * Double(positives) * Double(negatives))
    }

    /// Σ (recall − recall before)·precision over the distinct scores: scikit-learn's `average_precision_score`. 0 where
    /// there are no positives.
    public var averagePrecision: Double {
        guard positives > 0 else { return 0 }
        var (sum, before) = (0.0, 0)
        for (called, found) in zip(called, found) where found > before {
            sum += Double(found - before) * Double(found) / Double(called)
            before = found
        }
        return sum / Double(positives)
    }

    /// The highest sensitivity among thresholds that leave at least a share of the negatives uncalled.
    ///
    /// - Parameter specificity: That share, 0 to 1.
    /// - Returns: A number from 0 to 1, or nil where one of the classes is not there.
    public func sensitivity(atSpecificity specificity: Double) -> Double? {
        guard positives > 0 && negatives > 0 else { return nil }
        var best = 0
        for (called, found) in zip(called, found) {
            guard Double(negatives - (called - found)) / Double(negatives) >= specificity else { break }
            best = found
        }
        return Double(best) / Double(positives)
    }
}
