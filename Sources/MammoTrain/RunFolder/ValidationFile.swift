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

        init(patientID: String, imageID: String, predictionID: String, label: Bool, logit: Float) {
            (self.patientID, self.imageID, self.predictionID) = (patientID, imageID, predictionID)
            (self.label, self.logit) = (label, logit)
        }

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

    /// The lines of predictions, without the header.
    ///
    /// - Parameters:
    ///   - predictions: In the table's order.
    ///   - fold: The fold they are of.
    /// - Returns: One for each, with their ends.
    package static func lines(_ predictions: [Prediction], fold: Int) -> String {
        predictions.map { prediction in
            let ids = [prediction.patientID, prediction.imageID, prediction.predictionID]
            let values = [
                prediction.label ? "1" : "0", "\(prediction.logit)", "\(prediction.probability)", "\(fold)",
            ]
            return (ids.map(DelimitedText.quoted) + values).joined(separator: ",") + "\n"
        }.joined()
    }

    /// The file's bytes.
    static func bytes(_ predictions: [Prediction], fold: Int) -> [UInt8] {
        Array((header + "\n" + lines(predictions, fold: fold)).utf8)
    }

    /// Reads a file's predictions.
    ///
    /// - Parameter path: The file.
    /// - Returns: In the file's order.
    /// - Throws: `DataError` with the line, where a column is missing or a value is not what it holds.
    package static func read(_ path: String) throws(DataError) -> [Prediction] {
        let text = try DelimitedText(Files.read(path), path: path)
        let columns = try ColumnFinder(text)
        let (patient, image) = (try columns.required("patient_id"), try columns.required("image_id"))
        let (breast, label) = (try columns.required("prediction_id"), try columns.required("label"))
        let logit = try columns.required("logit")
        return try text.records.map { (record) throws(DataError) in
            guard let value = Float(record[logit]) else {
                throw .line(
                    path: path, line: record.line, reason: "logit is '\(record[logit])', expected a number")
            }
            return Prediction(
                patientID: try columns.identifier(record, patient), imageID: try columns.identifier(record, image),
                predictionID: record[breast], label: try columns.label(record, label), logit: value)
        }
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
