import MammoData

/// Reads tables of predictions into one, in which each image or breast stands once.
struct PredictionReader {
    /// A file that was read, and what it has.
    struct File {
        var path: String
        var isOfImages: Bool
        var hasLabels: Bool
        var hasFolds: Bool
    }

    private(set) var files: [File] = []
    private(set) var rows: [PredictionTable.Row] = []
    private(set) var problems: [String] = []
    /// Where each image or breast stands first.
    private var places: [String: (file: Int, line: Int)] = [:]

    /// What has a row, used or not.
    var keys: Set<String> { Set(places.keys) }

    /// Adds the rows of a file.
    mutating func add(_ text: DelimitedText) throws(DataError) {
        let columns = try ColumnFinder(text)
        let image = try columns.place("image_id")
        let patient = try image == nil ? nil : columns.required("patient_id")
        let breast = try image == nil ? columns.required("prediction_id") : columns.place("prediction_id")
        let value = try ValueColumn(columns, ofImages: image != nil)
        var label = try columns.place("label")
        if label == nil && value.name != "cancer" { label = try columns.place("cancer") }
        let fold = try columns.place("fold")
        if let first = files.first, first.isOfImages != (image != nil) {
            let (here, there) = image == nil ? ("breasts", "images") : ("images", "breasts")
            throw .table(
                path: text.path, reason: "has predictions of \(here), but \(first.path) of \(there); expected one kind")
        }
        let file = files.count
        files.append(
            File(path: text.path, isOfImages: image != nil, hasLabels: label != nil, hasFolds: fold != nil))
        var datasets = try DatasetColumn(columns)
        rows.reserveCapacity(rows.count + text.records.count)
        places.reserveCapacity(rows.count + text.records.count)
        for record in text.records {
            do throws(DataError) {
                func field(_ place: Int?) throws(DataError) -> String? {
                    guard let place else { return nil }
                    return try columns.identifier(record, place)
                }
                let (ownPatient, imageID, breastID) = (try field(patient), try field(image), try field(breast))
                let patientID = try ownPatient.map { (id) throws(DataError) in try datasets.patient(id, record).id }
                let key = Self.key(patientID, imageID, breastID)
                if let earlier = places[key] {
                    let elsewhere = earlier.file == file ? "" : " of \(files[earlier.file].path)"
                    throw DataError.line(
                        path: text.path, line: record.line,
                        reason: "\(key) is already on line \(earlier.line)\(elsewhere)")
                }
                places[key] = (file, record.line)
                rows.append(
                    PredictionTable.Row(
                        file: file, line: record.line, patientID: patientID, imageID: imageID, predictionID: breastID,
                        score: try value.probability(record, text.path),
                        label: try label.map { (place) throws(DataError) in try columns.label(record, place) },
                        fold: try fold.map { (place) throws(DataError) in
                            try FoldTable.number(record, place, text.path)
                        }))
            } catch {
                problems.append("\(error)")
            }
        }
    }

    static func key(_ patientID: String?, _ imageID: String?, _ predictionID: String?) -> String {
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
