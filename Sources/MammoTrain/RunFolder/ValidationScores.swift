import MammoData
import MammoScore

/// The scores of an epoch's predictions: the figures that `mammo score --predictions validation.csv` gives, to the bit, since
/// the file's digits are enough to read the same probabilities from it.
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
        let tables = try Self.tables(predictions)
        func figures(_ unit: Unit) -> Figures {
            let cases = tables.cases(unit, .mean)
            return Figures(
                cases, ranking: Ranking(cases.set), threshold: nil, beta: 1, grid: EvaluationOptions().grid)
        }
        (images, breasts) = (figures(.image), figures(.breast))
    }

    /// The breasts of predictions, each with the mean of its images' probabilities.
    ///
    /// - Parameter predictions: As for `init`.
    /// - Returns: Labels and scores.
    /// - Throws: `DataError` where a logit is not a number, naming the image.
    package static func breasts(_ predictions: [ValidationFile.Prediction]) throws(DataError) -> ScoredSet {
        try tables(predictions).cases(.breast, .mean).set
    }

    private static func tables(_ predictions: [ValidationFile.Prediction]) throws(DataError) -> JoinedTables {
        try JoinedTables(try PredictionTable(predictions, path: "validation"), labels: nil, isPartial: true)
    }
}

extension PredictionTable {
    /// Predictions of images as if they were read from a file with a header, their labels with them.
    ///
    /// - Parameters:
    ///   - predictions: Of images whose breast and label are known, none twice.
    ///   - path: What messages call the table.
    /// - Throws: `DataError` where a logit is not a number, naming the image.
    package init(_ predictions: [ValidationFile.Prediction], path: String) throws(DataError) {
        if let bad = predictions.first(where: { $0.logit.isNaN }) {
            throw .table(path: path, reason: "the logit of \(bad.patientID)_\(bad.imageID) is not a number")
        }
        let rows = predictions.enumerated().map { place, prediction in
            PredictionTable.Row(
                line: place + 2, patientID: prediction.patientID, imageID: prediction.imageID,
                predictionID: prediction.predictionID, score: prediction.probability, label: prediction.label)
        }
        try self.init(ofImages: rows, path: path)
    }
}
