import MammoData

/// Where the predictions of rows of the labels come from: the folds they name, or else their files.
struct Origins {
    /// What tells them apart; nil where nothing does.
    let attribute: Attribute?
    /// Their names.
    private(set) var names: [Int: String] = [:]
    /// Of each row of the labels; -1 where it has no prediction. Empty where nothing tells origins apart.
    private(set) var ofRow: [Int]
    /// A patient in two folds, as a line.
    private(set) var divided: String?
    private let predictions: PredictionTable
    /// Of each patient of the labels; -1 where there is no prediction of hers.
    private var foldOfPatient: [Int]

    init(_ predictions: PredictionTable, rows: Int, patients: Int) {
        self.predictions = predictions
        attribute = predictions.hasFolds ? .fold : predictions.paths.count > 1 ? .file : nil
        ofRow = [Int](repeating: -1, count: attribute == nil ? 0 : rows)
        foldOfPatient = [Int](repeating: -1, count: attribute == .fold ? patients : 0)
    }

    /// Takes note of a prediction, of a row of the labels and a patient, each by its number.
    mutating func add(
        _ prediction: PredictionTable.Entry, at row: Int, of patient: Int, named name: @autoclosure () -> String
    ) {
        guard attribute != nil else { return }
        let file = Int(prediction.file)
        let origin = prediction.fold < 0 ? file : prediction.fold
        ofRow[row] = origin
        if names[origin] == nil { names[origin] = attribute == .fold ? "\(origin)" : predictions.paths[file] }
        guard attribute == .fold, divided == nil else { return }
        let other = foldOfPatient[patient]
        foldOfPatient[patient] = origin
        if other >= 0, other != origin {
            divided =
                "\(predictions.paths[file]):\(prediction.line): patient \(name()) is in fold \(origin) and, above, in "
                + "\(other); there is no threshold from other folds, since folds must not divide patients"
        }
    }

    /// Every patient's fold; nil where there are not two, or one divides a patient.
    ///
    /// - Parameter name: A patient's id by her number.
    /// - Returns: The folds by patient.
    func folds(_ name: (Int) -> String) -> FoldTable? {
        guard attribute == .fold, divided == nil, names.count > 1 else { return nil }
        let known = foldOfPatient.enumerated().filter { $0.element >= 0 }.map { (name($0.offset), $0.element) }
        return FoldTable(
            path: predictions.name, foldOfPatient: Dictionary(known, uniquingKeysWith: { first, _ in first }))
    }
}
