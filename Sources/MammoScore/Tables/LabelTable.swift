import MammoData

/// The truth: a train.csv, or a table of breasts with `prediction_id` and `cancer`.
public struct LabelTable: Sendable {
    /// One image, or one breast where the table has no images.
    public struct Row: Equatable, Sendable {
        /// Where it stands, counted from 1.
        public let line: Int
        /// The patient, `{dataset}_{patient_id}` where the table names a data set.
        public let patientID: String
        /// The image; nil of a breast.
        public let imageID: String?
        /// The breast: `prediction_id`, or `{patient}_{laterality}`; nil where the table has neither.
        public let predictionID: String?
        /// Whether there is cancer.
        public let cancer: Bool
        /// The groups it belongs to, in the order of the table's `attributes`.
        public let groups: [String]
    }

    /// Where it was read from.
    public let path: String
    /// In the table's order.
    public let rows: [Row]
    /// The attributes that the table has.
    public let attributes: [Attribute]

    /// Reads a table.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError` with the line and what is wrong there: what is the truth has to be whole.
    public init(path: String) throws(DataError) {
        try self.init(DelimitedText(Files.read(path), path: path))
    }

    package init(_ text: DelimitedText) throws(DataError) {
        let columns = try ColumnFinder(text)
        let cancer = try columns.required("cancer")
        let image = try columns.place("image_id")
        let breast = try image == nil ? columns.required("prediction_id") : columns.place("prediction_id")
        let side = try columns.place("laterality")
        let patient = try image != nil ? columns.required("patient_id") : columns.place("patient_id")
        var found: [(attribute: Attribute, place: Int)] = []
        for attribute in Attribute.ofLabels {
            if let place = try columns.place(attribute.column) { found.append((attribute, place)) }
        }
        var datasets = try DatasetColumn(columns)
        var rows: [Row] = []
        var lines: [String: Int] = [:]
        rows.reserveCapacity(text.records.count)
        for record in text.records {
            let ownBreast = try breast.map { (place) throws(DataError) in try columns.identifier(record, place) }
            let ownPatient =
                if let patient { try columns.identifier(record, patient) } else { Self.patient(of: ownBreast ?? "") }
            let (patientID, dataset) = try datasets.patient(ownPatient, record)
            if let ownBreast { try datasets.check(breast: ownBreast, of: dataset, record) }
            let imageID = try image.map { (place) throws(DataError) in try columns.identifier(record, place) }
            let derived = try side.map { (place) throws(DataError) in
                "\(patientID)_\(try columns.identifier(record, place))"
            }
            let row = Row(
                line: record.line, patientID: patientID, imageID: imageID, predictionID: ownBreast ?? derived,
                cancer: try columns.label(record, cancer),
                groups: found.map { $0.attribute.group(record.fields[$0.place].trimmed) })
            let key = imageID.map { "\(patientID)/\($0)" } ?? ownBreast ?? ""
            if let earlier = lines.updateValue(record.line, forKey: key) {
                throw .line(path: text.path, line: record.line, reason: "\(key) is already on line \(earlier)")
            }
            rows.append(row)
        }
        (path, self.rows, attributes) = (text.path, rows, found.map(\.attribute))
    }

    /// The labels in a table of predictions.
    ///
    /// - Parameter predictions: Rows of which each has a label.
    init(_ predictions: PredictionTable) {
        path = predictions.name
        attributes = []
        rows = predictions.rows.map { row in
            Row(
                line: row.line, patientID: row.patientID ?? Self.patient(of: row.predictionID ?? ""),
                imageID: row.imageID, predictionID: row.predictionID, cancer: row.label ?? false, groups: [])
        }
    }

    /// The patient of a breast's id: what stands before the last `_`.
    static func patient(of predictionID: String) -> String {
        guard let end = predictionID.lastIndex(of: "_") else { return predictionID }
        return String(predictionID[..<end])
    }
}
