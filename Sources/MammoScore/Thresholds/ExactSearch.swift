/// The best of all thresholds from 0 to 1, found over the distinct scores.
///
/// Positive is what is greater than the threshold; so all thresholds from one distinct score up to, but without,
/// the next higher one predict the same and score the same. Neighbouring stretches with the best score make a plateau. Its
/// middle is recommended, being farthest from where the score changes. Of several plateaus the widest is taken, and of
/// equally wide ones the lowest. With a threshold of 1 nothing is positive; there is none below 0, so that scores of 0
/// never are.
public struct ExactSearch: Equatable, Sendable {
    /// Thresholds that share the best score.
    public struct Plateau: Equatable, Sendable {
        /// The lowest of them.
        public let lower: Double
        /// Where they end; not one of them unless it is 1 and `reachesOne`.
        public let upper: Double

        package init(lower: Double, upper: Double) {
            self.lower = lower
            self.upper = upper
        }

        /// The threshold in the middle.
        public var middle: Double {
            let middle = lower + (upper - lower) / 2
            return middle < upper ? middle : lower
        }
    }

    /// The best F score.
    public let score: Double
    /// The plateau that is recommended.
    public let plateau: Plateau
    /// How many plateaus share the best score.
    public let plateaus: Int

    /// The middle of the plateau.
    public var threshold: Double { plateau.middle }

    /// Searches all thresholds, in O(n) of a ranking.
    ///
    /// - Parameters:
    ///   - ranking: The distinct scores; none will do: every threshold then scores 0.
    ///   - beta: How many times as much recall weighs as precision.
    public init(_ ranking: Ranking, beta: Double = 1) {
        var best = -1.0
        var found: [(lower: Double, upper: Double)] = []
        func consider(_ score: Double, _ lower: Double, _ upper: Double) {
            // Downward: a stretch that ends where the one before begins belongs to it.
            if score > best {
                best = score
                found = [(lower, upper)]
            } else if score == best {
                if let last = found.last, last.lower == upper {
                    found[found.count - 1].lower = lower
                } else {
                    found.append((lower, upper))
                }
            }
        }
        let positives = Double(ranking.positives)
        consider(0, ranking.scores.first ?? 0, 1)
        for place in ranking.scores.indices where ranking.scores[place] > 0 {
            let lower = place + 1 < ranking.scores.count ? ranking.scores[place + 1] : 0
            let score = ProbabilisticF.plain(
                truePositives: Double(ranking.truePositives[place]),
                predictedPositives: Double(ranking.predictedPositives[place]), positives: positives, beta: beta)
            consider(score, lower, ranking.scores[place])
        }
        var chosen = found[0]
        for other in found where other.upper - other.lower >= chosen.upper - chosen.lower { chosen = other }
        score = best
        plateau = Plateau(lower: chosen.lower, upper: chosen.upper)
        plateaus = found.count
    }
}
