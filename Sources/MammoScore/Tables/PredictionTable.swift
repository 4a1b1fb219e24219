import MammoData

import Glibc

/// What was predicted, of images or of breasts.
///
/// Columns are read by name. A table with `image_id` is one of images, as `mammo infer --per-image` and `mammo train` write
/// it, and needs `patient_id`; any other is one of breasts and needs `prediction_id`. The prediction is `probability`, or
/// else `logit`, or else, of breasts, `cancer`. A `label`, or a `cancer` that is not the prediction, is the truth.
public struct PredictionTable: Sendable {
    /// One prediction.
    public struct Row: Equatable, Sendable {
        /// Where it stands, counted from 1.
        public let line: Int
        /// The patient; nil of a breast.
        public let patientID: String?
        /// The image; nil of a breast.
        public let imageID: String?
        /// The breast; nil of an image whose table does not say.
        public let predictionID: String?
        /// A probability, 0 to 1.
        public let score: Double
        /// The truth, where the table has it.
        public let label: Bool?

        /// The image within its set, or the breast.
        var key: String { PredictionTable.key(patientID, imageID, predictionID) }

        package init(
            line: Int, patientID: String?, imageID: String?, predictionID: String?, score: Double, label: Bool?
        ) {
            (self.line, self.patientID, self.imageID, self.predictionID) = (line, patientID, imageID, predictionID)
            (self.score, self.label) = (score, label)
        }
    }

    /// Where it was read from.
    public let path: String
    /// Whether the rows are images; else they are breasts.
    public let isOfImages: Bool
    /// Whether the table says the truth itself.
    public let hasLabels: Bool
    /// The rows that can be used, in the table's order; none stands twice.
    public let rows: [Row]
    /// Why others cannot, a line each, with path and line.
    public let problems: [String]
    /// What has a row, used or not: `patient/image`, or breasts.
    let keys: Set<String>

    /// Reads a table.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError` where columns are missing, one of them is an index, or no row can be used.
    public init(path: String) throws(DataError) {
        try self.init(DelimitedText(Files.read(path), path: path))
    }

    package init(_ text: DelimitedText) throws(DataError) {
        let columns = try ColumnFinder(text)
        let image = try columns.place("image_id")
        let patient = try image == nil ? nil : columns.required("patient_id")
        let breast = try image == nil ? columns.required("prediction_id") : columns.place("prediction_id")
        let value = try ValueColumn(columns, ofImages: image != nil)
        var label = try columns.place("label")
        if label == nil && value.name != "cancer" { label = try columns.place("cancer") }
        var datasets = try DatasetColumn(columns)
        var (rows, problems) = ([Row](), [String]())
        var lines: [String: Int] = [:]
        rows.reserveCapacity(text.records.count)
        lines.reserveCapacity(text.records.count)
        for record in text.records {
            do throws(DataError) {
                func field(_ place: Int?) throws(DataError) -> String? {
                    guard let place else { return nil }
                    return try columns.identifier(record, place)
                }
                let (ownPatient, imageID, breastID) = (try field(patient), try field(image), try field(breast))
                let patientID = try ownPatient.map { (id) throws(DataError) in try datasets.patient(id, record).id }
                let key = Self.key(patientID, imageID, breastID)
                if let earlier = lines[key] {
                    throw DataError.line(
                        path: text.path, line: record.line, reason: "\(key) is already on line \(earlier)")
                }
                lines[key] = record.line
                let row = Row(
                    line: record.line, patientID: patientID, imageID: imageID, predictionID: breastID,
                    score: try value.probability(record, text.path),
                    label: try label.map { (place) throws(DataError) in try columns.label(record, place) })
                rows.append(row)
            } catch {
                problems.append("\(error)")
            }
        }
        guard !rows.isEmpty else {
            throw .table(path: text.path, reason: "no row can be used; \(problems.first ?? "the table has none")")
        }
        (path, isOfImages, hasLabels) = (text.path, image != nil, label != nil)
        (self.rows, self.problems, keys) = (rows, problems, Set(lines.keys))
    }

    /// Predictions of images that are in memory, with their labels.
    ///
    /// - Parameters:
    ///   - rows: Of images, with patient and label; where an image has several, the first counts.
    ///   - path: What messages call the table.
    /// - Throws: `DataError` where there are none.
    package init(ofImages rows: [Row], path: String) throws(DataError) {
        guard !rows.isEmpty else { throw .table(path: path, reason: "there are no predictions to score") }
        var keys: Set<String> = []
        self.rows = rows.filter { keys.insert($0.key).inserted }
        (self.path, self.keys, isOfImages, hasLabels, problems) = (path, keys, true, true, [])
    }

    private static func key(_ patientID: String?, _ imageID: String?, _ predictionID: String?) -> String {
        if let patientID, let imageID { "\(patientID)/\(imageID)" } else { predictionID ?? "" }
    }
}

/// The column that holds the prediction.
struct ValueColumn {
    let name: String
    private let place: Int

    init(_ columns: ColumnFinder, ofImages: Bool) throws(DataError) {
        for name in ofImages ? ["probability", "logit"] : ["probability", "logit", "cancer"] {
            guard let place = try columns.place(name) else { continue }
            (self.name, self.place) = (name, place)
            return
        }
        throw columns.missing(ofImages ? "column probability or logit" : "column cancer, probability or logit")
    }

    /// The record's probability: the logistic function of a logit.
    func probability(_ record: DelimitedText.Record, _ path: String) throws(DataError) -> Double {
        let field = record.fields[place].trimmed
        func refusal(_ reason: String) -> DataError {
            .line(path: path, line: record.line, reason: "\(name) is \(reason)")
        }
        let expected = name == "logit" ? "a number" : "0 to 1"
        guard !field.isEmpty else { throw refusal("empty, expected \(expected)") }
        guard let number = Double(field), number.isFinite else { throw refusal("'\(field)', expected \(expected)") }
        if name == "logit" { return logistic(number) }
        guard (0...1).contains(number) else { throw refusal("\(field), expected 0 to 1") }
        return number
    }
}
