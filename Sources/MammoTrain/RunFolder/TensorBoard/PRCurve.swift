import MammoScore

/// A precision–recall curve as TensorBoard's pr_curves plugin keeps it: tensorboard/plugins/pr_curve/summary.py.
package struct PRCurve: Equatable, Sendable {
    /// Thresholds from 0 to 1, evenly spaced.
    package static let thresholds = 201

    /// Six lines of a value for each threshold: true positives, false positives, true negatives, false negatives, precision,
    /// recall.
    package let values: [Float]

    /// Counts predictions. One counts as positive at the thresholds that are not above it, rounded down to a threshold.
    ///
    /// - Parameter set: Labels, and scores from 0 to 1.
    package init(_ set: ScoredSet) {
        let count = Self.thresholds
        var (positives, negatives) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
        for (score, label) in zip(set.scores, set.labels) {
            let bucket = Int((score * Double(count - 1)).rounded(.down))
            if label { positives[bucket] += 1 } else { negatives[bucket] += 1 }
        }
        for place in (0..<count - 1).reversed() {
            positives[place] += positives[place + 1]
            negatives[place] += negatives[place + 1]
        }
        let (truePositives, falsePositives) = (positives, negatives)
        let (allPositive, allNegative) = (positives[0], negatives[0])
        /// As the plugin: where nothing is counted a ratio is 0.
        func share(_ part: Float, _ rest: Float) -> Float { part / max(1e-7, part + rest) }
        values =
            truePositives + falsePositives + falsePositives.map { allNegative - $0 }
            + truePositives.map { allPositive - $0 }
            + zip(truePositives, falsePositives).map(share)
            + truePositives.map { share($0, allPositive - $0) }
    }
}
