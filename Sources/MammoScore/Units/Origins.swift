import MammoData

/// Where the predictions of rows of the labels come from: the folds they name, or else their files.
struct Origins {
    /// What tells them apart; nil where nothing does.
    let attribute: Attribute?
    /// Their names.
    private(set) var names: [Int: String] = [:]
    /// Of each row of the labels; nil where it has no prediction.
    private(set) var ofRow: [Int?]
    /// A patient in two folds, as a line.
    private(set) var divided: String?
    private let predictions: PredictionTable
    private var foldOfPatient: [String: Int] = [:]

    init(_ predictions: PredictionTable, rows: Int) {
        self.predictions = predictions
        attribute = predictions.hasFolds ? .fold : predictions.paths.count > 1 ? .file : nil
        ofRow = [Int?](repeating: nil, count: rows)
    }

    /// Takes note of a prediction.
    mutating func add(_ row: PredictionTable.Row, at place: Int, of patient: String) {
        guard attribute != nil else { return }
        let origin = row.fold ?? row.file
        ofRow[place] = origin
        if names[origin] == nil { names[origin] = attribute == .fold ? "\(origin)" : predictions.paths[row.file] }
        guard attribute == .fold, divided == nil else { return }
        if let other = foldOfPatient.updateValue(origin, forKey: patient), other != origin {
            divided =
                "\(predictions.paths[row.file]):\(row.line): patient \(patient) is in fold \(origin) and, above, in "
                + "\(other); there is no threshold from other folds, since folds must not divide patients"
        }
    }

    /// Every patient's fold; nil where there are not two, or one divides a patient.
    var folds: FoldTable? {
        guard attribute == .fold, divided == nil, names.count > 1 else { return nil }
        return FoldTable(path: predictions.name, foldOfPatient: foldOfPatient)
    }
}
