/// What a row of another table says, its file not looked for yet.
struct SourceEntry {
    /// The table, and the line from 1.
    var source: String
    var patient: String
    /// Nil where the file names the image.
    var image: String?
    /// `L`, `R`, or empty where the map has no such column.
    var laterality: String
    var view: String
    var predictionID: String?
    var isPositive: Bool
    /// What the file's rule makes of the row.
    var place: String
}

extension SourceEntry {
    /// A map whose columns are found in a table.
    struct Reader {
        private let path: String
        private let map: ColumnMap
        private let patient: ColumnPattern.Bound
        private let image: ColumnPattern.Bound?
        private let laterality: ColumnPattern.Bound?
        private let view: ColumnPattern.Bound?
        private let predictionID: ColumnPattern.Bound?
        private let label: ColumnPattern.Bound
        private let place: ColumnPattern.Bound

        init(_ map: ColumnMap, _ columns: ColumnFinder) throws(DataError) {
            func bound(_ pattern: ColumnPattern?) throws(DataError) -> ColumnPattern.Bound? {
                guard let pattern else { return nil }
                return try pattern.bound(to: columns)
            }
            (path, self.map) = (columns.text.path, map)
            patient = try map.patient.bound(to: columns)
            (image, laterality, view) = (try bound(map.image), try bound(map.laterality), try bound(map.view))
            predictionID = try bound(map.predictionID)
            label = try map.label.bound(to: columns)
            place =
                switch map.file {
                case .path(let pattern), .onlyFile(let pattern), .headers(let pattern): try pattern.bound(to: columns)
                }
        }

        /// What a record says.
        func entry(_ record: DelimitedText.Record) throws(PassedOver) -> SourceEntry {
            let source = "\(path):\(record.line)"
            func id(_ bound: ColumnPattern.Bound, _ what: String) throws(PassedOver) -> String {
                let id = bound.text(record)
                guard id.isFileNamePart else {
                    let problem = id.isEmpty ? "is empty" : "'\(id)' cannot be part of a file name"
                    throw PassedOver(.id, "\(source): \(what) \(problem)")
                }
                return id
            }
            let patient = try id(patient, "patient_id")
            let image = try image.map { (bound) throws(PassedOver) in try id(bound, "image_id") }
            let laterality = try laterality.map { (bound) throws(PassedOver) in
                try Self.side(bound.text(record), source)
            }
            let place = place.text(record)
            guard !place.isEmpty else { throw PassedOver(.path, "\(source): the path of the image is empty") }
            return SourceEntry(
                source: source, patient: patient, image: image, laterality: laterality ?? "",
                view: view?.text(record).uppercased() ?? "",
                predictionID: try predictionID.map { (bound) throws(PassedOver) in try id(bound, "prediction_id") },
                isPositive: try isPositive(label.text(record), source), place: place)
        }

        private func isPositive(_ label: String, _ source: String) throws(PassedOver) -> Bool {
            func isOne(of labels: [String]) -> Bool { labels.contains { $0.lowercased() == label.lowercased() } }
            if label.isEmpty { throw PassedOver(.label(""), "\(source): the label is empty") }
            if isOne(of: map.positive) { return true }
            guard let negative = map.negative, !isOne(of: negative) else { return false }
            let known = (map.positive + negative).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
            throw PassedOver(
                .label(label), "\(source): the label is '\(label)', expected \(known.joined(separator: ", "))")
        }

        /// `L` or `R`.
        static func side(_ text: String, _ source: String) throws(PassedOver) -> String {
            switch text.uppercased() {
            case "L", "LEFT": return "L"
            case "R", "RIGHT": return "R"
            default:
                throw PassedOver(.laterality, "\(source): laterality is '\(text)', expected L, R, LEFT or RIGHT")
            }
        }
    }
}
