import MammoData

/// The labels' rows by breast and patient.
struct LabelIndex: Sendable {
    /// Breasts or patients, in the order of their first rows.
    struct Groups: Sendable {
        /// Their ids.
        private(set) var ids: [Symbol] = []
        /// Whether any of a group's rows says so.
        private(set) var hasCancer: [Bool] = []
        /// The group of each row.
        private(set) var ofRow: [Int32] = []
        /// The group of each symbol; -1 where it is none's id.
        private var ofSymbol: [Int32]

        init(symbols: Int, rows: Int) {
            ofSymbol = [Int32](repeating: -1, count: symbols)
            ofRow.reserveCapacity(rows)
        }

        /// Adds the next row.
        mutating func add(_ id: Symbol, cancer: Bool) -> Int {
            if ofSymbol[id.index] < 0 {
                ofSymbol[id.index] = Int32(ids.count)
                ids.append(id)
                hasCancer.append(false)
            }
            let group = ofSymbol[id.index]
            ofRow.append(group)
            if cancer { hasCancer[Int(group)] = true }
            return Int(group)
        }

        /// The group of an id; nil where there is none.
        func group(of id: Symbol) -> Int? { id.isAbsent || ofSymbol[id.index] < 0 ? nil : Int(ofSymbol[id.index]) }

        /// The rows of each.
        var rows: RowLists { RowLists(groupOfRow: ofRow, count: ids.count) }
    }

    let breasts: Groups
    let patients: Groups
    let patientOfBreast: [Int]
    let rowsOfBreast: RowLists
    let rowsOfPatient: RowLists
    private let labels: LabelTable
    private let isOfImages: Bool

    init(_ labels: LabelTable, ofImages: Bool) throws(DataError) {
        let (symbols, rows) = (labels.symbols.count, labels.entries.count)
        var breasts = Groups(symbols: symbols, rows: rows)
        var patients = breasts
        var patientOfBreast: [Int] = []
        for entry in labels.entries {
            if entry.breast.isAbsent {
                throw .table(
                    path: labels.path, reason: "has neither column prediction_id nor laterality to identify breasts")
            }
            if ofImages && entry.image.isAbsent {
                throw .table(
                    path: labels.path,
                    reason: "has no column image_id, but the predictions are of images; give a table of images")
            }
            let patient = patients.add(entry.patient, cancer: entry.cancer)
            let breast = breasts.add(entry.breast, cancer: entry.cancer)
            if breast == patientOfBreast.count { patientOfBreast.append(patient) }
        }
        (self.labels, isOfImages, self.breasts, self.patients) = (labels, ofImages, breasts, patients)
        (self.patientOfBreast, rowsOfBreast, rowsOfPatient) = (patientOfBreast, breasts.rows, patients.rows)
    }

    /// The first row of an image, given as patient and image, or of a breast; nil where there is none. A symbol that the
    /// labels do not have is `absent`.
    func row(of key: SymbolPair) -> Int? {
        guard !key.first.isAbsent else { return nil }
        if isOfImages { return key.second.isAbsent ? nil : labels.row(of: key) }
        return breasts.group(of: key.first).flatMap { rowsOfBreast[$0].first }.map { Int($0) }
    }

    /// What predictions of a row would be called.
    private func key(ofRow row: Int) -> SymbolPair {
        let entry = labels.entries[row]
        return isOfImages ? SymbolPair(entry.patient, entry.image) : SymbolPair(entry.breast, .absent)
    }

    /// A line for each image or breast without a prediction, and for each patient without any.
    ///
    /// - Parameters:
    ///   - predictions: What was predicted.
    ///   - isPredicted: Of each row of the labels, whether it has a prediction that is used.
    ///   - isPresent: Of each patient, whether she has one.
    ///   - isPartial: Patients without any prediction are no problem.
    /// - Returns: In the order of the patients' first rows.
    func missing(
        in predictions: PredictionTable, isPredicted: [Bool], isPresent: [Bool], isPartial: Bool
    ) -> [String] {
        let path = predictions.name
        var lines: [String] = []
        func name(_ row: Int) -> String { "\(labels.path):\(labels.entries[row].line)" }
        for (patient, id) in patients.ids.enumerated() {
            let rows = rowsOfPatient[patient].lazy.map { Int($0) }
            if !isPresent[patient] {
                guard !isPartial, let first = rows.first else { continue }
                lines.append(
                    "\(name(first)): patient \(labels.symbols.text(id)) has no prediction in \(path); "
                        + "give --partial if that is intended")
                continue
            }
            for row in rows where !isPredicted[row] {
                let key = key(ofRow: row)
                guard self.row(of: key) == row, !predictions.has(key, of: labels.symbols) else { continue }
                lines.append("\(name(row)): \(labels.symbols.text(key)) has no prediction in \(path)")
            }
        }
        return lines
    }
}

extension PredictionTable {
    /// Whether an image or a breast, its ids symbols of another table, has a row, used or not.
    fileprivate func has(_ key: SymbolPair, of other: SymbolTable) -> Bool {
        let first = symbols.symbol(of: key.first, in: other)
        let second = key.second.isAbsent ? key.second : symbols.symbol(of: key.second, in: other)
        return !first.isAbsent && second.isAbsent == key.second.isAbsent && has(SymbolPair(first, second))
    }
}
