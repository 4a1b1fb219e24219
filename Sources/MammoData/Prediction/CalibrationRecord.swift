/// What `mammo calibrate` found: how scores become probabilities, above which a breast is positive, and where both came
/// from. Weights record it as the text `calibration` of their metadata.
public struct CalibrationRecord: Codable, Equatable, Sendable {
    /// How a breast's images were combined before.
    public var aggregate: Aggregate
    /// What is applied to a breast's score; nil for nothing.
    public var map: CalibrationMap?
    /// Above it a breast is positive; of calibrated scores, where there is a map.
    public var threshold: Double
    /// What the threshold was chosen for, such as `best F1` or `recall rate 0.08`.
    public var goal: String
    /// The predictions that both were chosen on.
    public var source: Source

    /// Predictions with labels.
    public struct Source: Codable, Equatable, Sendable {
        /// The files' names.
        public var files: [String]
        /// How many breasts they have.
        public var breasts: Int
        /// How many of those have cancer.
        public var positives: Int

        /// Predictions with labels.
        ///
        /// - Parameters:
        ///   - files: The files' names.
        ///   - breasts: How many breasts they have.
        ///   - positives: How many of those have cancer.
        public init(files: [String], breasts: Int, positives: Int) {
            (self.files, self.breasts, self.positives) = (files, breasts, positives)
        }
    }

    /// A result.
    ///
    /// - Parameters:
    ///   - aggregate: How a breast's images were combined before.
    ///   - map: What is applied to a breast's score; nil for nothing.
    ///   - threshold: Above it a breast is positive; of calibrated scores, where there is a map.
    ///   - goal: What the threshold was chosen for.
    ///   - source: The predictions that both were chosen on.
    public init(aggregate: Aggregate, map: CalibrationMap?, threshold: Double, goal: String, source: Source) {
        (self.aggregate, self.map, self.threshold, self.goal) = (aggregate, map, threshold, goal)
        self.source = source
    }
}
