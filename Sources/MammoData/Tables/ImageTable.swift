/// The rows of a train.csv or test.csv, in the file's order.
public struct ImageTable: Sendable {
    /// One image.
    public struct Row: Equatable, Sendable {
        /// The patient, as the table writes it.
        public let patientID: String
        /// The image, as the table writes it.
        public let imageID: String
        /// Whether the breast has cancer; nil where the table has no such column.
        public let cancer: Bool?
        /// The breast: the table's `prediction_id`, or `{patient_id}_{laterality}` where it has none; nil where it has
        /// neither column or was not asked for it.
        public let predictionID: String?

        /// Where RSNA's set keeps the file: `patient/image.dcm`.
        public var relativePath: String { ImageTable.relativePath(patient: patientID, image: imageID) }

        /// What the preprocessed image is called: `patient_image.png`.
        public var outputName: String { "\(patientID)_\(imageID).png" }
    }

    /// Where it was read from.
    public let path: String
    /// One row an image. None stands twice: an image is a patient's, as its file is, so that two patients may have images
    /// of the same id.
    public let rows: [Row]

    /// Where RSNA's set keeps an image: `patient/image.dcm`.
    static func relativePath(patient: String, image: String) -> String { "\(patient)/\(image).dcm" }

    /// Columns that a use of the table cannot do without.
    public enum Need: Sendable {
        /// `patient_id` and `image_id`.
        case images
        /// `cancer` too, without an empty cell.
        case labels
        /// `prediction_id` or `laterality` too, without an empty cell.
        case predictions
    }

    /// Reads the table at `path`.
    ///
    /// - Throws: `DataError` with the line number and what is wrong with it.
    public init(path: String, need: Need) throws(DataError) {
        try self.init(DelimitedText(Files.read(path), path: path), need: need)
    }

    package init(_ text: DelimitedText, need: Need) throws(DataError) {
        let header = ColumnIndex(text)
        let patient = try header.column("patient_id")
        let image = try header.column("image_id")
        let cancer = try need == .labels ? header.column("cancer") : try header.columnIfAny("cancer")
        let breast = try header.columnIfAny("prediction_id")
        let laterality =
            try need == .predictions && breast == nil
            ? header.column("laterality") : try header.columnIfAny("laterality")
        var rows: [Row] = []
        var lineOfImage: [[UInt8]: Int] = [:]
        rows.reserveCapacity(text.records.count)
        lineOfImage.reserveCapacity(text.records.count)
        for record in text.records {
            let patientID = try identifier(record, patient, "patient_id", text.path)
            let row = Row(
                patientID: patientID,
                imageID: try identifier(record, image, "image_id", text.path),
                cancer: try cancer.flatMap { (column) throws(DataError) in
                    try label(record, column, text.path, required: need == .labels)
                },
                predictionID: need == .predictions
                    ? try predictionID(record, breast, laterality, patientID, text.path) : nil)
            if let earlier = lineOfImage.updateValue(record.line, forKey: Array(row.relativePath.utf8)) {
                throw .line(
                    path: text.path, line: record.line,
                    reason: "image_id \(row.imageID) of patient \(row.patientID) is already on line \(earlier)")
            }
            rows.append(row)
        }
        guard !rows.isEmpty else { throw .table(path: text.path, reason: "the table has a header and no rows") }
        path = text.path
        self.rows = rows
    }
}

/// Finds columns by name.
private struct ColumnIndex {
    let text: DelimitedText

    init(_ text: DelimitedText) { self.text = text }

    func columnIfAny(_ name: String) throws(DataError) -> Int? {
        let places = text.header.fields.indices.filter { text.header.fields[$0].trimmed == name }
        guard places.count <= 1 else {
            throw .line(path: text.path, line: text.header.line, reason: "column \(name) occurs twice")
        }
        return places.first
    }

    func column(_ name: String) throws(DataError) -> Int {
        if let place = try columnIfAny(name) { return place }
        let found = text.header.fields.map(\.trimmed).joined(separator: ", ")
        throw .line(
            path: text.path, line: text.header.line, reason: "no column \(name); the columns are \(found)")
    }
}

/// An id that is not empty and can be a file's name.
private func identifier(
    _ record: DelimitedText.Record, _ column: Int, _ name: String, _ path: String
) throws(DataError) -> String {
    let text = record.fields[column].trimmed
    if text.isEmpty { throw .line(path: path, line: record.line, reason: "\(name) is empty") }
    if text.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 < 0x20 }) || text == "." || text == ".." {
        throw .line(path: path, line: record.line, reason: "\(name) '\(text)' cannot be part of a file name")
    }
    return text
}

/// The breast's id as the table has it, or made of patient and side.
private func predictionID(
    _ record: DelimitedText.Record, _ column: Int?, _ laterality: Int?, _ patientID: String, _ path: String
) throws(DataError) -> String? {
    if let column { return try identifier(record, column, "prediction_id", path) }
    guard let laterality else { return nil }
    return "\(patientID)_\(try identifier(record, laterality, "laterality", path))"
}

private func label(
    _ record: DelimitedText.Record, _ column: Int, _ path: String, required: Bool
) throws(DataError) -> Bool? {
    let text = record.fields[column].trimmed
    switch text.lowercased() {
    case "0", "0.0", "false": return false
    case "1", "1.0", "true": return true
    case "" where !required: return nil
    case "": throw .line(path: path, line: record.line, reason: "cancer is empty, expected 0 or 1")
    default: throw .line(path: path, line: record.line, reason: "cancer is '\(text)', expected 0 or 1")
    }
}

extension String {
    /// Without blanks at either end.
    package var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
        let kept = utf8.drop { $0 <= 0x20 }.reversed().drop { $0 <= 0x20 }.reversed()
        return String(decoding: Array(kept), as: UTF8.self)
    }
}
