import MammoData

/// validation.csv: the best epoch's predictions of the validation fold, as `mammo score --predictions` reads it.
/// The files of all folds' runs, concatenated under one header, are a table for `--folds-file`.
public enum ValidationFile {
    /// The prediction of one image.
    public struct Prediction: Equatable, Sendable {
        /// The patient, as the table writes it.
        public var patientID: String
        /// The image, as the table writes it.
        public var imageID: String
        /// The breast.
        public var predictionID: String
        /// Whether it has cancer.
        public var label: Bool
        /// The network's output.
        public var logit: Float

        /// The prediction of a table row's image.
        ///
        /// - Parameters:
        ///   - row: A row that knows its breast and its label.
        ///   - logit: The network's output.
        public init(_ row: ImageTable.Row, logit: Float) {
            (patientID, imageID, predictionID) = (row.patientID, row.imageID, row.predictionID ?? "")
            (label, self.logit) = (row.cancer ?? false, logit)
        }

        /// The logistic function of the logit, 0 to 1.
        public var probability: Double { logistic(Double(logit)) }
    }

    /// The header.
    public static let header = "patient_id,image_id,prediction_id,label,logit,probability,fold"

    /// The file's bytes.
    ///
    /// - Parameters:
    ///   - predictions: In the table's order.
    ///   - fold: The fold they are of.
    /// - Returns: UTF-8.
    static func bytes(_ predictions: [Prediction], fold: Int) -> [UInt8] {
        let lines = predictions.map { prediction in
            let ids = [prediction.patientID, prediction.imageID, prediction.predictionID]
            let values = [
                prediction.label ? "1" : "0", "\(prediction.logit)", "\(prediction.probability)", "\(fold)",
            ]
            return (ids.map(DelimitedText.quoted) + values).joined(separator: ",")
        }
        return Array(([header] + lines).map { $0 + "\n" }.joined().utf8)
    }

    /// Writes the file, beside its place first.
    ///
    /// - Parameters:
    ///   - predictions: In the table's order.
    ///   - fold: The fold they are of.
    ///   - path: The file.
    /// - Throws: `DataError.unwritable`.
    public static func write(_ predictions: [Prediction], fold: Int, to path: String) throws(DataError) {
        try Files.write(bytes(predictions, fold: fold), to: path)
    }
}
