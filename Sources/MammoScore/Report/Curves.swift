/// What is drawn of a ranking, in a few hundred points however many scores there are.
package struct Curves {
    /// A threshold that calls as many as the ranking's place says, and what comes of it.
    package struct Operating {
        /// The lowest score that is still called.
        package var score: Double
        package var recall: Double
        package var precision: Double
        /// The share of the negatives that are called.
        package var fallOut: Double
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
            let (called, found) = (Double(ranking.called[place]), Double(ranking.found[place]))
            let point = Operating(
                score: score, recall: found / positives, precision: found / called,
                fallOut: (called - found) / negatives)
            if let last = kept.last, place + 1 < ranking.scores.count,
                max(
                    abs(last.recall - point.recall), abs(last.precision - point.precision),
                    abs(last.fallOut - point.fallOut)) < 0.004
            {
                continue
            }
            kept.append(point)
        }
        operating = kept
    }

    /// What comes of calling what is greater than a threshold: F score, precision and recall.
    package func at(_ threshold: Double) -> (f: Double, precision: Double, recall: Double) {
        // The first place whose score is not greater: all before it are called.
        var (low, high) = (0, ranking.scores.count)
        while low < high {
            let middle = (low + high) / 2
            if ranking.scores[middle] > threshold { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return (0, 0, 0) }
        let (called, found) = (Double(ranking.called[low - 1]), Double(ranking.found[low - 1]))
        let positives = Double(ranking.positives)
        return (
            ProbabilisticF.plain(found: found, called: called, positives: positives, beta: beta), found / called,
            positives > 0 ? found / positives : 0
        )
    }
}
