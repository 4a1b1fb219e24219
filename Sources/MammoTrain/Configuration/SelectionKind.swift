extension TrainingConfiguration {
    /// By what the best epoch is chosen. F1 is that at the exact best threshold: a weighted loss or sampler lifts all
    /// probabilities, so that pF1, which is of probabilities as they are, means little.
    public enum SelectionKind: String, CaseIterable, Codable, Sendable {
        /// The best F1 over breasts, the mean of their images.
        case bestF1OfBreasts = "best-f1-breast"
        /// The best F1 over images.
        case bestF1OfImages = "best-f1-image"
        /// The area under the ROC curve over images.
        case areaOfImages = "auc"
        /// The area under the ROC curve over breasts.
        case areaOfBreasts = "auc-breast"
        /// Average precision over breasts.
        case averagePrecision = "average-precision"
        /// The validation loss, of which less is better.
        case loss

        /// Names that files of runs of earlier versions have: they called this figure pF1 too.
        package static let formerNames: [String: SelectionKind] = [
            "pf1-breast": .bestF1OfBreasts, "pf1-image": .bestF1OfImages,
        ]

        /// Reads a name, also a former one.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            let name = try container.decode(String.self)
            guard let kind = Self.read(name) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "'\(name)' is none of \(Self.expected)")
            }
            self = kind
        }

        /// What an epoch is worth.
        ///
        /// - Parameter epoch: One whose figures are known.
        /// - Returns: Greater is better, the loss being negated; nil where it is not defined.
        public func worth(of epoch: EpochRecord) -> Double? {
            let worth: Double? =
                switch self {
                case .bestF1OfBreasts: epoch.breasts.bestF1
                case .bestF1OfImages: epoch.images.bestF1
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
