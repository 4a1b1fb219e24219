import MammoData

/// All scores of one set of labels and predictions. The members are named as the JSON keys are.
public struct Figures: Encodable, Sendable {
    /// `image`, `breast` or `patient`.
    public var unit: String
    /// `mean`, `max` or `noisy-or`; nil where scores are as predicted.
    public var aggregate: String?
    /// How many there are.
    public var count: Int
    /// How many have cancer.
    public var positives: Int
    /// The mean of the scores.
    public var mean_prediction: Double
    /// pF1: of the scores as they are. The F scores of this and other members have the beta that was asked for.
    public var pf1: Double
    /// The same by the reference pipeline's function.
    public var pf1_reference: Double
    /// The best F score of all thresholds.
    public var best_f1: Double
    /// The middle of the thresholds that have it.
    public var best_threshold: Double
    /// Where those begin.
    public var best_threshold_lower: Double
    /// Where those end.
    public var best_threshold_upper: Double
    /// How many stretches of thresholds have it.
    public var best_plateaus: Int
    /// The best of the reference pipeline's function on the grid.
    public var grid_f1: Double
    /// The first threshold of the grid that has it.
    public var grid_threshold: Double
    /// The area under the ROC curve; nil where one of the classes is not there.
    public var roc_auc: Double?
    /// Average precision.
    public var average_precision: Double
    /// Sensitivity at a specificity of at least 90 %.
    public var sensitivity_at_90: Double?
    /// Sensitivity at a specificity of at least 95 %.
    public var sensitivity_at_95: Double?
    /// The Brier score.
    public var brier: Double
    /// The distance of mean score and rate over ten bins.
    public var calibration_error: Double
    /// What is said at the threshold.
    public var at_threshold: AtThreshold

    /// What follows from a threshold, positive being what is greater.
    public struct AtThreshold: Encodable, Sendable {
        /// The threshold.
        public var threshold: Double
        /// The F score.
        public var f1: Double
        /// TP / (TP + FP).
        public var precision: Double
        /// TP / (TP + FN): sensitivity.
        public var recall: Double
        /// TN / (TN + FP).
        public var specificity: Double
        /// (TP + FP) / all: the recall rate of a screening programme.
        public var recall_rate: Double
        /// TP: cancers above the threshold.
        public var true_positives: Int
        /// FP: cases without cancer above the threshold.
        public var false_positives: Int
        /// FN: cancers at or below the threshold.
        public var false_negatives: Int
        /// TN: cases without cancer at or below the threshold.
        public var true_negatives: Int

        init(_ set: ScoredSet, threshold: Double, beta: Double) {
            let calls = Confusion(set, above: threshold)
            self.threshold = threshold
            f1 = calls.f(beta: beta)
            (precision, recall, specificity) = (calls.precision, calls.recall, calls.specificity)
            recall_rate = calls.recallRate
            (true_positives, false_positives) = (calls.truePositives, calls.falsePositives)
            (false_negatives, true_negatives) = (calls.falseNegatives, calls.trueNegatives)
        }
    }

    /// Computes everything.
    ///
    /// - Parameters:
    ///   - cases: What is scored.
    ///   - ranking: Its ranking.
    ///   - threshold: The threshold; nil for the one recommended.
    ///   - beta: How many times as much recall weighs as precision.
    ///   - grid: The step of the grid.
    public init(_ cases: Cases, ranking: Ranking, threshold: Double?, beta: Double, grid: Double) {
        let (set, best) = (cases.set, ExactSearch(ranking, beta: beta))
        let search = GridSearch(set, step: grid, beta: beta)
        let calibration = Calibration(set)
        unit = cases.unit.rawValue
        aggregate = cases.aggregate?.rawValue
        (count, positives, mean_prediction) = (set.count, set.positives, set.meanScore)
        pf1 = ProbabilisticF.plain(set, beta: beta)
        pf1_reference = ProbabilisticF.seed(set, beta: beta)
        (best_f1, best_threshold, best_plateaus) = (best.score, best.threshold, best.plateaus)
        (best_threshold_lower, best_threshold_upper) = (best.plateau.lower, best.plateau.upper)
        (grid_f1, grid_threshold) = (search.score, search.threshold)
        (roc_auc, average_precision) = (ranking.areaUnderROC, ranking.averagePrecision)
        sensitivity_at_90 = ranking.sensitivity(atSpecificity: 0.9)
        sensitivity_at_95 = ranking.sensitivity(atSpecificity: 0.95)
        (brier, calibration_error) = (calibration.brier, calibration.expectedError)
        at_threshold = AtThreshold(set, threshold: threshold ?? best.threshold, beta: beta)
    }
}
