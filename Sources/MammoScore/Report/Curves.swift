/// What is drawn of a ranking, in a few hundred points however many scores there are.
package struct Curves {
    /// A threshold with as many predicted positives as the ranking's place says, and what comes of it.
    package struct Operating {
        /// The lowest score that is still positive.
        package var score: Double
        package var recall: Double
        package var precision: Double
        /// FP / (FP + TN): 1 − specificity.
        package var falsePositiveRate: Double
        /// Predicted positives among all: how many are called back.
        package var recallRate: Double
    }

    /// From the highest score down; neighbours that would fall on the same pixel are left out.
    let operating: [Operating]
    private let ranking: Ranking
    private let beta: Double

    package init(_ ranking: Ranking, beta: Double) {
        (self.ranking, self.beta) = (ranking, beta)
        let positives = Double(max(ranking.positives, 1))
        let negatives = Double(max(ranking.negatives, 1))
        var kept: [Operating] = []
        for (place, score) in ranking.scores.enumerated() {
            let predictedPositives = Double(ranking.predictedPositives[place])
            let truePositives = Double(ranking.truePositives[place])
            let point = Operating(
                score: score, recall: truePositives / positives, precision: truePositives / predictedPositives,
                falsePositiveRate: (predictedPositives - truePositives) / negatives,
                recallRate: predictedPositives / Double(max(ranking.positives + ranking.negatives, 1)))
            if let last = kept.last, place + 1 < ranking.scores.count,
                max(
                    abs(last.recall - point.recall), abs(last.precision - point.precision),
                    abs(last.falsePositiveRate - point.falsePositiveRate)) < 0.004
            {
                continue
            }
            kept.append(point)
        }
        operating = kept
    }

    /// What comes of a threshold, positive being what is greater: F score, precision and recall.
    package func at(_ threshold: Double) -> (f: Double, precision: Double, recall: Double) {
        // The first place whose score is not greater: all before it are positive.
        var (low, high) = (0, ranking.scores.count)
        while low < high {
            let middle = (low + high) / 2
            if ranking.scores[middle] > threshold { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return (0, 0, 0) }
        let predictedPositives = Double(ranking.predictedPositives[low - 1])
        let truePositives = Double(ranking.truePositives[low - 1])
        let positives = Double(ranking.positives)
        return (
            ProbabilisticF.plain(
                truePositives: truePositives, predictedPositives: predictedPositives, positives: positives, beta: beta),
            truePositives / predictedPositives, positives > 0 ? truePositives / positives : 0
        )
    }
}
