import MammoData
import MammoGraph
import MammoImage
import MammoNet
import MammoScore
import MammoTrain

/// What a finished cross-validation comes to: pooled out-of-fold predictions, thresholds, the ensemble.
package struct CrossValidationResults: Sendable {
    /// One training.
    package struct Run: Sendable {
        /// Which.
        package let job: FoldJob
        /// All epochs, those of the run's table.
        package let epochs: [EpochRecord]
        /// The epoch whose weights were kept.
        package var best: EpochRecord? { epochs.last(where: \.isBest) }
    }

    /// One fold; of several seeds, of their averaged logits.
    package struct Fold: Sendable {
        /// Its number.
        package let fold: Int
        /// The scores of its breasts, the threshold being its own best.
        package let breasts: Figures
        /// Its breasts at the threshold that is best on the other folds.
        package let nested: NestedThreshold.Fold
    }

    /// What lies where.
    package let files: CrossValidationFiles
    /// By fold, then by seed.
    package let runs: [Run]
    /// By fold.
    package let folds: [Fold]
    /// The scores of all folds' breasts together.
    package let evaluation: Evaluation
    /// The networks and their threshold.
    package let ensemble: Ensemble

    /// Scores the runs' predictions, and chooses thresholds.
    ///
    /// - Parameters:
    ///   - plan: All of its jobs are finished.
    ///   - predictions: Theirs.
    /// - Throws: `DataError`, `WeightsError` where a run's files cannot be read.
    package init(_ plan: CrossValidationPlan, _ predictions: OutOfFold) throws {
        files = plan.files
        runs = try plan.jobs.map { Run(job: $0, epochs: try EpochLog.read($0.epochs)) }
        let table = try PredictionTable(predictions.predictions, path: files.outOfFold)
        let joined = try JoinedTables(table, labels: nil, isPartial: true)
        let evaluation = try Evaluation(joined, folds: try FoldTable(path: plan.foldsFile), options: .init())
        guard let nested = evaluation.nested else { preconditionFailure("folds were given") }
        folds = try zip(predictions.folds, nested.folds).map { own, threshold in
            Fold(fold: own.fold, breasts: try ValidationScores(own.predictions).breasts, nested: threshold)
        }
        self.evaluation = evaluation
        ensemble = try Self.ensemble(plan, evaluation, nested)
    }

    private static func ensemble(
        _ plan: CrossValidationPlan, _ evaluation: Evaluation, _ nested: NestedThreshold
    ) throws -> Ensemble {
        let members = try plan.jobs.map { job in
            Ensemble.Member(
                fold: job.fold, path: "\(job.name)/best.safetensors", seed: job.seed,
                sha256: try SHA256Digest.hex(ofFile: job.weights))
        }
        let first = plan.jobs[0]
        guard let network = first.configuration.network else {
            preconditionFailure("the configuration was checked")
        }
        let metadata = try WeightsMetadata(
            try WeightsFile.metadata(ofSafetensors: first.weights), path: first.weights)
        let best = evaluation.main
        return Ensemble(
            network, normalisation: metadata.normalisation ?? network.normalisation,
            preprocessing: metadata.preprocessing, members: members, folds: plan.folds.count,
            threshold: Ensemble.Threshold(
                value: median(nested.folds.map(\.threshold)), nestedF1: nested.pooled,
                optimisticF1: nested.optimistic, optimisticThreshold: best.best_threshold),
            positiveRate: evaluation.cases.set.baseRate)
    }

    /// The middle of the values, or the mean of both in the middle.
    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// Writes the ensemble and the report; the table of predictions is written by itself.
    ///
    /// - Throws: `DataError.unwritable`.
    package func write() throws(DataError) {
        try Files.write(JSONText.pretty(ensemble), to: files.ensemble)
        try Files.write(Array(CrossValidationReport(self).html.utf8), to: files.report)
    }
}
