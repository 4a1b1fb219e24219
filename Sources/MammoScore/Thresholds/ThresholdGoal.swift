/// What a threshold is chosen for.
public enum ThresholdGoal: Equatable, Sendable, CustomStringConvertible {
    /// The best F1: `ExactSearch`.
    case bestF1
    /// At most this share of the cases is positive, and as near to it as ties allow; 0 to 1.
    case recallRate(Double)
    /// At least this share of the cancers is positive, with as few other cases as possible; 0 to 1.
    case sensitivity(Double)

    /// Such as `recall rate 0.08`.
    public var description: String {
        switch self {
        case .bestF1: "best F1"
        case .recallRate(let rate): "recall rate \(rate)"
        case .sensitivity(let share): "sensitivity \(share)"
        }
    }

    /// The threshold: the middle of those that predict the same.
    ///
    /// - Parameter ranking: The distinct scores; none will do. Scores of 0 are above no threshold.
    /// - Returns: 0 to 1.
    public func threshold(of ranking: Ranking) -> Double {
        let places = ranking.scores.prefix { $0 > 0 }.indices
        switch self {
        case .bestF1: return ExactSearch(ranking).threshold
        case .recallRate(let rate):
            let count = Double(ranking.count)
            return Self.threshold(places.last { Double(ranking.predictedPositives[$0]) / count <= rate }, ranking)
        case .sensitivity(let share):
            let positives = Double(ranking.positives)
            let place = places.first { Double(ranking.truePositives[$0]) / positives >= share }
            return Self.threshold(place ?? places.last, ranking)
        }
    }

    /// Between a place's score, the lowest that is positive, and the next lower one; above all scores for none.
    private static func threshold(_ place: Int?, _ ranking: Ranking) -> Double {
        guard let place else { return ExactSearch.Plateau(lower: ranking.scores.first ?? 0, upper: 1).middle }
        let next = place + 1 < ranking.scores.count ? ranking.scores[place + 1] : 0
        return ExactSearch.Plateau(lower: next, upper: ranking.scores[place]).middle
    }
}
