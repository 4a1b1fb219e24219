extension TrainingConfiguration {
    /// By what the best epoch is chosen. pF1 is that of predictions called at the exact best threshold: a weighted loss or
    /// sampler lifts all probabilities, so that the pF1 of probabilities as they are means little.
    public enum SelectionKind: String, CaseIterable, Codable, Sendable {
        /// pF1 over breasts, the mean of their images.
        case bestPF1OfBreasts = "pf1-breast"
        /// pF1 over images.
        case bestPF1OfImages = "pf1-image"
        /// The area under the ROC curve over images.
        case areaOfImages = "auc"
        /// The area under the ROC curve over breasts.
        case areaOfBreasts = "auc-breast"
        /// Average precision over breasts.
        case averagePrecision = "average-precision"
        /// The validation loss, of which less is better.
        case loss

        /// What an epoch is worth.
        ///
        /// - Parameter epoch: One whose figures are known.
        /// - Returns: Greater is better, the loss being negated; nil where it is not defined.
        public func worth(of epoch: EpochRecord) -> Double? {
            let worth: Double? =
                switch self {
                case .bestPF1OfBreasts: epoch.breasts.bestPF1
                case .bestPF1OfImages: epoch.images.bestPF1
                case .areaOfImages: epoch.images.areaUnderROC
                case .areaOfBreasts: epoch.breasts.areaUnderROC
                case .averagePrecision: epoch.breasts.averagePrecision
                case .loss: -epoch.validationLoss
                }
            return worth.flatMap { $0.isNaN ? nil : $0 }
        }

        /// Whether an epoch is better than the best before it; of two that are worth the same the earlier is kept.
        ///
        /// - Parameters:
        ///   - epoch: The one in question.
        ///   - best: The best so far; nil where there is none.
        /// - Returns: Whether its weights are the ones to keep.
        public func prefers(_ epoch: EpochRecord, to best: EpochRecord?) -> Bool {
            guard let best else { return true }
            guard let worth = worth(of: epoch) else { return false }
            return self.worth(of: best).map { worth > $0 } ?? true
        }
    }
}
