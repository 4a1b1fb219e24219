import FoundationEssentials

import Glibc

/// What a network says of one image.
public struct ImagePrediction: Equatable, Sendable {
    /// The patient, as the table writes it.
    public let patientID: String
    /// The image, as the table writes it.
    public let imageID: String
    /// The breast.
    public let predictionID: String
    /// The mean of the logits over networks and flips.
    public let logit: Float

    /// What a network says of the image of a table's row.
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
    public var probability: Double { 1 / (1 + exp(-Double(logit))) }
}

/// `patient_id,image_id,prediction_id,logit,probability`: a line for each image, written as soon as it is known, so that
/// a run that ends early can be taken up.
///
/// Beside it, under the same name with `.run.json` behind it, stands what the predictions were made with.
public final class PerImageFile {
    /// What predictions depend on; a run is only taken up with the same.
    public struct Origin: Codable, Equatable, Sendable {
        /// SHA-256 of each weights file, in order.
        public var weights: [String]
        /// The flips whose logits are averaged.
        public var flips: String
        /// Parameters of preprocessing, or that images were taken as found.
        public var preprocessing: String
        /// What values within layers were rounded to; nil for single precision.
        public var precision: String?

        /// What predictions depend on.
        ///
        /// - Parameters:
        ///   - weights: SHA-256 of each weights file, in order.
        ///   - flips: The flips whose logits are averaged.
        ///   - preprocessing: Parameters of preprocessing, or that images were taken as found.
        ///   - precision: What values within layers are rounded to; nil for single precision.
        public init(weights: [String], flips: String, preprocessing: String, precision: String? = nil) {
            self.weights = weights
            self.flips = flips
            self.preprocessing = preprocessing
            self.precision = precision
        }
    }

    private static let header = "patient_id,image_id,prediction_id,logit,probability"

    /// Predictions that were there already, by `patient/image.dcm`.
    public let earlier: [String: ImagePrediction]
    private let path: String
    private let log: AppendedFile

    /// Begins a file, or goes on with one.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - origin: What the predictions are made with.
    ///   - table: The rows that there may be predictions for.
    ///   - resume: Goes on with the file where there is one.
    ///   - force: Begins anew whatever is there.
    /// - Throws: `DataError` where the file is there and neither was asked for, where it was made with something else,
    ///   or where it cannot be read or written.
    public init(path: String, origin: Origin, table: ImageTable, resume: Bool, force: Bool) throws(DataError) {
        self.path = path
        let originPath = path + ".run.json"
        let exists = Files.status(of: path) != nil
        if exists && !force && !resume {
            throw .table(
                path: path, reason: "is there already; give --resume to go on with it, or --force to begin anew")
        }
        var known: [String: ImagePrediction] = [:]
        if exists && resume && !force {
            guard let data = try? Files.read(originPath),
                let other = try? JSONDecoder().decode(Origin.self, from: Data(data)), other == origin
            else {
                throw .table(
                    path: originPath,
                    reason: "not what this run computes with (weights, --tta, preprocessing, --amp); "
                        + "run with those, or give --force to begin anew")
            }
            known = try Self.read(path, table)
        }
        earlier = known
        try Files.write(JSONText.pretty(origin), to: originPath)
        let kept = table.rows.compactMap { known[$0.relativePath] }
        try Files.write(Self.text(kept), to: path)
        log = try AppendedFile(path: path)
    }

    /// Adds a line.
    ///
    /// - Parameter prediction: What is known of one image.
    /// - Throws: `DataError.unwritable`.
    public func append(_ prediction: ImagePrediction) throws(DataError) {
        try log.append(Self.line(prediction))
    }

    /// Writes the file anew in the table's order.
    ///
    /// - Parameter predictions: All that are known.
    /// - Throws: `DataError.unwritable`.
    public func finish(_ predictions: [ImagePrediction]) throws(DataError) {
        try Files.write(Self.text(predictions), to: path)
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
            guard let logit = Float(record.fields[3]), logit.isFinite else {
                throw .line(path: path, line: record.line, reason: "logit is '\(record.fields[3])', expected a number")
            }
            let key = ImageTable.relativePath(patient: record.fields[0], image: record.fields[1])
            if let row = rows[key] { predictions[key] = ImagePrediction(row, logit: logit) }
        }
        return predictions
    }
}
