/// A network's prediction of one image.
public struct ImagePrediction: Equatable, Sendable {
    /// The patient, as the table writes it.
    public let patientID: String
    /// The image, as the table writes it.
    public let imageID: String
    /// The breast.
    public let predictionID: String
    /// The mean of the logits over networks and flips.
    public let logit: Float

    /// The prediction of a table row's image.
    ///
    /// - Parameters:
    ///   - row: A row that knows its breast.
    ///   - logit: The mean of the logits.
    public init(_ row: ImageTable.Row, logit: Float) {
        patientID = row.patientID
        imageID = row.imageID
        predictionID = row.predictionID ?? ""
        self.logit = logit
    }

    /// The logistic function of the logit, 0 to 1.
    public var probability: Double { logistic(Double(logit)) }
}
