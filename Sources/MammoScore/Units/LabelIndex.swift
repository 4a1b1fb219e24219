import MammoData

/// The labels' rows by breast and patient.
struct LabelIndex: Sendable {
    /// A breast or a patient.
    struct Group: Sendable {
        var id: String
        /// Whether any of its rows says so.
        var cancer = false
        var rows: [Int] = []
    }

    private(set) var breasts: [Group] = []
    private(set) var patients: [Group] = []
    private(set) var patientOfBreast: [Int] = []
    private(set) var breastOfRow: [Int] = []
    /// `patient/image`, or breasts where predictions are of those: the first row.
    private(set) var rowOfKey: [String: Int] = [:]
    private let labels: LabelTable
    private let isOfImages: Bool

    init(_ labels: LabelTable, ofImages: Bool) throws(DataError) {
        (self.labels, isOfImages) = (labels, ofImages)
        var (breastPlaces, patientPlaces) = ([String: Int](), [String: Int]())
        rowOfKey.reserveCapacity(labels.rows.count)
        for (place, row) in labels.rows.enumerated() {
            guard let id = row.predictionID else {
                throw .table(
                    path: labels.path, reason: "has neither column prediction_id nor laterality to identify breasts")
            }
            if ofImages && row.imageID == nil {
                throw .table(
                    path: labels.path,
                    reason: "has no column image_id, but the predictions are of images; give a table of images")
            }
            let patient = Self.place(of: row.patientID, in: &patients, &patientPlaces)
            let breast = Self.place(of: id, in: &breasts, &breastPlaces)
            if breast == patientOfBreast.count { patientOfBreast.append(patient) }
            breasts[breast].rows.append(place)
            patients[patient].rows.append(place)
            if row.cancer { (breasts[breast].cancer, patients[patient].cancer) = (true, true) }
            breastOfRow.append(breast)
            let key = ofImages ? row.imageID.map { "\(row.patientID)/\($0)" } ?? id : id
            if rowOfKey[key] == nil { rowOfKey[key] = place }
        }
    }

    private static func place(of id: String, in groups: inout [Group], _ places: inout [String: Int]) -> Int {
        if let place = places[id] { return place }
        places[id] = groups.count
        groups.append(Group(id: id))
        return groups.count - 1
    }

    /// A line for each image or breast without a prediction, and for each patient without any.
    func missing(besides keys: Set<String>, isPresent: [Bool], isPartial: Bool, of path: String) -> [String] {
        var lines: [String] = []
        for (patient, group) in patients.enumerated() {
            if !isPresent[patient] {
                guard !isPartial, let first = group.rows.first else { continue }
                lines.append(
                    "\(labels.path):\(labels.rows[first].line): patient \(group.id) has no prediction in \(path); "
                        + "give --partial if that is intended")
                continue
            }
            for place in group.rows {
                let row = labels.rows[place]
                let breast = breasts[breastOfRow[place]].id
                let key = isOfImages ? row.imageID.map { "\(row.patientID)/\($0)" } ?? breast : breast
                guard rowOfKey[key] == place, !keys.contains(key) else { continue }
                lines.append("\(labels.path):\(row.line): \(key) has no prediction in \(path)")
            }
        }
        return lines
    }
}
