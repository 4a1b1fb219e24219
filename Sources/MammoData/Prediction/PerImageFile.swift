import FoundationEssentials

/// `patient_id,image_id,prediction_id,logit,probability`: a line for each image, written as soon as it is known, so that
/// a run that ends early can be resumed.
///
/// A second file, of the same name followed by `.run.json`, records what the predictions were made with.
public final class PerImageFile {
    private static let header = "patient_id,image_id,prediction_id,logit,probability"

    /// Predictions that the file already had, by `patient/image.dcm`.
    public let earlier: [String: ImagePrediction]
    /// The file.
    public let path: String
    private let origin: Origin
    private let log: AppendedFile

    /// What is done with a file that already exists.
    public enum Opening: Sendable {
        /// It is refused.
        case new
        /// It is resumed, if it was made with the same origin.
        case resumed
        /// It is replaced.
        case forced
        /// It is resumed where it is incomplete and of the same origin, replaced where it is complete, and refused
        /// otherwise: for the file that belongs to a submission and is named after it.
        case automatic
    }

    /// Opens the file of a run.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - origin: What the predictions are made with.
    ///   - table: The rows that there may be predictions for.
    ///   - opening: What is done with a file that already exists.
    /// - Throws: `DataError` where the file is there and is refused, and where it cannot be read or written.
    public init(path: String, origin: Origin, table: ImageTable, opening: Opening) throws(DataError) {
        (self.path, self.origin) = (path, origin)
        var known: [String: ImagePrediction] = [:]
        if try Self.resumes(path, origin, opening) { known = try Self.read(path, table) }
        earlier = known
        try Self.write(PerImageRecord(origin, isComplete: false), beside: path)
        let kept = table.rows.compactMap { known[$0.relativePath] }
        try Files.write(Self.text(kept), to: path)
        log = try AppendedFile(path: path)
    }

    /// The file of a submission where no other is named: `submission.images.csv` of `submission.csv`.
    public static func path(beside submission: String) -> String {
        Files.path(beside: submission, ending: ".images.csv")
    }

    /// Whether what the file holds is taken over.
    private static func resumes(_ path: String, _ origin: Origin, _ opening: Opening) throws(DataError) -> Bool {
        guard Files.status(of: path) != nil, opening != .forced else { return false }
        if opening == .new {
            throw .table(path: path, reason: "already exists; give --resume to continue it, or --force to start over")
        }
        guard let found = PerImageRecord.read(recordPath(path)) else {
            throw .table(
                path: recordPath(path),
                reason: "cannot be read, so the settings of \(path) are unknown; give --force to start over")
        }
        if opening == .automatic && found.isComplete { return false }
        let differences = origin.differences(from: found.origin)
        guard differences.isEmpty else {
            throw .table(
                path: path,
                reason: "was started with other settings (\(differences.joined(separator: "; "))); "
                    + "run with those, name another file, or give --force to start over")
        }
        return true
    }

    private static func recordPath(_ path: String) -> String { path + ".run.json" }

    private static func write(_ record: PerImageRecord, beside path: String) throws(DataError) {
        try Files.write(JSONText.pretty(record), to: recordPath(path))
    }

    /// Adds a line.
    ///
    /// - Parameter prediction: What is known of one image.
    /// - Throws: `DataError.unwritable`.
    public func append(_ prediction: ImagePrediction) throws(DataError) {
        try log.append(Self.line(prediction))
    }

    /// Rewrites the file in the table's order.
    ///
    /// - Parameters:
    ///   - predictions: All that are known.
    ///   - isComplete: Whether all images of the table have been tried.
    /// - Throws: `DataError.unwritable`.
    public func finish(_ predictions: [ImagePrediction], isComplete: Bool) throws(DataError) {
        try Files.write(Self.text(predictions), to: path)
        try Self.write(PerImageRecord(origin, isComplete: isComplete), beside: path)
    }

    private static func text(_ predictions: [ImagePrediction]) -> [UInt8] {
        Array(([header] + predictions.map(line)).map { $0 + "\n" }.joined().utf8)
    }

    private static func line(_ prediction: ImagePrediction) -> String {
        [
            DelimitedText.quoted(prediction.patientID), DelimitedText.quoted(prediction.imageID),
            DelimitedText.quoted(prediction.predictionID), "\(prediction.logit)", "\(prediction.probability)",
        ].joined(separator: ",")
    }

    /// Lines of images that the table knows, but not a last line that a killed process left torn.
    private static func read(_ path: String, _ table: ImageTable) throws(DataError) -> [String: ImagePrediction] {
        let bytes = try Files.read(path)
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [:] }
        let text = try DelimitedText(Array(bytes[...end]), path: path)
        guard text.header.fields.joined(separator: ",") == header else {
            throw .line(path: path, line: 1, reason: "the header is not \(header)")
        }
        let rows = Dictionary(table.rows.map { ($0.relativePath, $0) }, uniquingKeysWith: { first, _ in first })
        var predictions: [String: ImagePrediction] = [:]
        for record in text.records {
            guard let logit = Float(record[3]), logit.isFinite else {
                throw .line(path: path, line: record.line, reason: "logit is '\(record[3])', expected a number")
            }
            let key = ImageTable.relativePath(patient: record[0], image: record[1])
            if let row = rows[key] { predictions[key] = ImagePrediction(row, logit: logit) }
        }
        return predictions
    }
}
