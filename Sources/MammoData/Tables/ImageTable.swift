/// The rows of a train.csv or test.csv, in the file's order.
public struct ImageTable: Sendable {
    /// One image.
    public struct Row: Equatable, Sendable {
        /// The patient: as the table writes it, or `{dataset}_{patient_id}` where it names a data set, so that equal ids of
        /// two sets are two patients.
        public let patientID: String
        /// The image, as the table writes it.
        public let imageID: String
        /// Whether the breast has cancer; nil where the table has no such column.
        public let cancer: Bool?
        /// The breast: the table's `prediction_id`, or `{patient}_{laterality}` where it has none; nil where it has
        /// neither column or was not asked for it.
        public let predictionID: String?
        /// The data set that the image is from; nil where the table does not say.
        public let dataset: String?
        /// Where its DICOM file lies.
        public let location: ImageLocation

        /// The image within its table, and where RSNA's set keeps the file: `patient/image.dcm`.
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
        let columns = try ColumnFinder(text, acceptsIndex: true)
        var reader = try RowReader(columns, need)
        var rows: [Row] = []
        rows.reserveCapacity(text.records.count)
        for record in text.records { rows.append(try reader.row(record)) }
        path = text.path
        self.rows = rows
    }
}

/// Makes rows of records.
private struct RowReader {
    private let columns: ColumnFinder
    private let need: ImageTable.Need
    private let patient: Int
    private let image: Int
    private let cancer: Int?
    private let breast: Int?
    private let laterality: Int?
    private let path: Int?
    private var datasets: DatasetColumn
    private var symbols = SymbolTable()
    private var patientOfLastRow = (symbol: Symbol.absent, id: "")
    /// The line of each image: a patient and an image.
    private var lineOfImage: [SymbolPair: Int32] = [:]
    /// The line of each file that the table names or that ids of a data set lead to: two rows must not share one.
    private var lineOfFile: [Symbol: Int] = [:]
    private var files = SymbolTable()

    init(_ columns: ColumnFinder, _ need: ImageTable.Need) throws(DataError) {
        (self.columns, self.need) = (columns, need)
        patient = try columns.required("patient_id")
        image = try columns.required("image_id")
        cancer = try need == .labels ? columns.required("cancer") : columns.place("cancer")
        breast = try columns.place("prediction_id")
        laterality =
            try need == .predictions && breast == nil
            ? columns.required("laterality") : columns.place("laterality")
        path = try columns.place("path")
        datasets = try DatasetColumn(columns)
        lineOfImage.reserveCapacity(columns.text.records.count)
    }

    mutating func row(_ record: DelimitedText.Record) throws(DataError) -> ImageTable.Row {
        let own = try columns.fileNamePart(record, patient, in: &symbols)
        let image = try columns.fileNamePart(record, image, in: &symbols)
        let (whole, dataset) = try datasets.patient(own, record, in: &symbols)
        let (patientID, imageID) = (patientID(whole), symbols.text(image))
        let location = try location(record, own == whole ? patientID : symbols.text(own), imageID)
        if own != whole || location != .standard(patient: patientID, image: imageID) {
            let file = files.intern(location.description)
            if let earlier = lineOfFile.updateValue(record.line, forKey: file) {
                throw .line(
                    path: columns.text.path, line: record.line,
                    reason: "\(location) is already the file of line \(earlier); give each image a file of its own in "
                        + "column path")
            }
        }
        let row = ImageTable.Row(
            patientID: patientID, imageID: imageID, cancer: try label(record),
            predictionID: need == .predictions ? try predictionID(record, whole, dataset) : nil,
            dataset: datasets.name(dataset), location: location)
        if let earlier = lineOfImage.updateValue(Int32(record.line), forKey: SymbolPair(whole, image)) {
            throw .line(
                path: columns.text.path, line: record.line,
                reason: "image_id \(imageID) of patient \(patientID) is already on line \(earlier)")
        }
        return row
    }

    /// A patient's id: most rows follow one of the same patient.
    private mutating func patientID(_ symbol: Symbol) -> String {
        if patientOfLastRow.symbol != symbol { patientOfLastRow = (symbol, symbols.text(symbol)) }
        return patientOfLastRow.id
    }

    private func location(
        _ record: DelimitedText.Record, _ patient: String, _ image: String
    ) throws(DataError) -> ImageLocation {
        guard let path, case let name = record.trimmed(path), !name.isEmpty else {
            return .standard(patient: patient, image: image)
        }
        if let problem = ImageLocation.problem(name) {
            throw .line(path: columns.text.path, line: record.line, reason: "path '\(name)' \(problem)")
        }
        return .file(name)
    }

    private func label(_ record: DelimitedText.Record) throws(DataError) -> Bool? {
        guard let cancer else { return nil }
        return try need == .labels ? columns.label(record, cancer) : columns.labelIfAny(record, cancer)
    }

    private mutating func predictionID(
        _ record: DelimitedText.Record, _ patient: Symbol, _ dataset: Symbol
    ) throws(DataError) -> String? {
        let id: Symbol
        if let breast {
            id = try columns.identifier(record, breast, in: &symbols)
            try datasets.check(breast: id, of: dataset, record, in: symbols)
        } else if let laterality {
            id = try columns.side(of: patient, record, laterality, in: &symbols)
        } else {
            return nil
        }
        return symbols.text(id)
    }
}
