import MammoData

/// What a threshold is worth where it was not chosen: each fold is scored at the threshold that is best on the others.
public struct NestedThreshold: Sendable {
    /// One fold.
    public struct Fold: Sendable {
        /// Its number.
        public let fold: Int
        /// How many cases it has.
        public let count: Int
        /// How many of them are positive.
        public let positives: Int
        /// The threshold from the other folds.
        public let threshold: Double
        /// The F score of the fold at that threshold.
        public let score: Double
        /// The F score of the fold at its own best threshold.
        public let optimistic: Double
    }

    /// The folds that have cases, rising.
    public let folds: [Fold]
    /// The F score of all folds' predictions together: F scores of folds cannot be averaged.
    public let pooled: Double
    /// The F score of all cases at the threshold that is best on them.
    public let optimistic: Double

    /// Chooses and scores.
    ///
    /// - Parameters:
    ///   - cases: What is scored.
    ///   - folds: Every patient's fold.
    ///   - beta: How many times as much recall weighs as precision.
    /// - Throws: `DataError.table` where a patient has no fold, or all cases are in one.
    public init(_ cases: Cases, folds: FoldTable, beta: Double) throws(DataError) {
        var places: [Int: [Int]] = [:]
        for (place, patient) in cases.patients.enumerated() {
            guard let fold = folds.foldOfPatient[cases.names.patients[patient]] else {
                throw .table(path: folds.path, reason: "patient \(cases.names.patients[patient]) has no fold")
            }
            places[fold, default: []].append(place)
        }
        guard places.count > 1 else {
            throw .table(
                path: folds.path,
                reason: "all predictions are of one fold; a nested figure needs predictions of two or more")
        }
        var (results, pooled) = ([Fold](), Confusion())
        for (fold, own) in places.sorted(by: { $0.key < $1.key }) {
            let others = places.filter { $0.key != fold }.values.flatMap { $0 }
            let threshold = ExactSearch(Ranking(cases.set.at(others)), beta: beta).threshold
            let set = cases.set.at(own)
            let calls = Confusion(set, above: threshold)
            pooled.add(calls)
            results.append(
                Fold(
                    fold: fold, count: set.count, positives: set.positives, threshold: threshold,
                    score: calls.f(beta: beta), optimistic: ExactSearch(Ranking(set), beta: beta).score))
        }
        self.folds = results
        self.pooled = pooled.f(beta: beta)
        optimistic = ExactSearch(Ranking(cases.set), beta: beta).score
    }
}
