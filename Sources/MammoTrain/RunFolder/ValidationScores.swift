import MammoData
import MammoScore

/// What an epoch's predictions are worth: the figures that `mammo score --predictions validation.csv` gives, to the bit,
/// since they go the same way.
public struct ValidationScores: Sendable {
    /// By image.
    public let images: Figures
    /// By breast, the mean of its images' probabilities.
    public let breasts: Figures

    /// Scores predictions.
    ///
    /// - Parameter predictions: Of images whose breast and label are known, none twice.
    /// - Throws: `DataError` where a logit is not a number, naming the image.
    public init(_ predictions: [ValidationFile.Prediction]) throws(DataError) {
        if let bad = predictions.first(where: { $0.logit.isNaN }) {
            throw .table(path: "validation", reason: "the logit of \(bad.patientID)_\(bad.imageID) is not a number")
        }
        let text = try DelimitedText(ValidationFile.bytes(predictions, fold: 0), path: "validation")
        let tables = try JoinedTables(PredictionTable(text), labels: nil, isPartial: true)
        func figures(_ unit: Unit) -> Figures {
            let cases = tables.cases(unit, .mean)
            return Figures(
                cases, ranking: Ranking(cases.set), threshold: nil, beta: 1, grid: EvaluationOptions().grid)
        }
        (images, breasts) = (figures(.image), figures(.breast))
    }
}
