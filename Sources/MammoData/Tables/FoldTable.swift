/// Which fold each patient is in: `mammo split --folds`'s folds.csv, or any table with `patient_id` and `fold`.
public struct FoldTable: Sendable {
    /// Where it was read from.
    public let path: String
    /// The folds by patient.
    public let foldOfPatient: [String: Int]

    /// Reads a table.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError` with the line: a fold that is no number, or a patient that is in two.
    public init(path: String) throws(DataError) {
        try self.init(DelimitedText(Files.read(path), path: path))
    }

    package init(_ text: DelimitedText) throws(DataError) {
        let columns = try ColumnFinder(text)
        let (patient, fold) = (try columns.required("patient_id"), try columns.required("fold"))
        var (datasets, symbols) = (try DatasetColumn(columns), SymbolTable())
        var foldOfSymbol: [Symbol: Int] = [:]
        for record in text.records {
            let own = try columns.identifier(record, patient, in: &symbols)
            let id = try datasets.patient(own, record, in: &symbols).id
            let number = try Self.number(record, fold, text.path)
            if let other = foldOfSymbol.updateValue(number, forKey: id), other != number {
                throw .line(
                    path: text.path, line: record.line,
                    reason: "patient \(symbols.text(id)) is in fold \(number) and, above, in \(other); folds must not "
                        + "divide patients")
            }
        }
        let folds = Dictionary(foldOfSymbol.map { (symbols.text($0), $1) }, uniquingKeysWith: { first, _ in first })
        guard Set(folds.values).count > 1 else {
            throw .table(path: text.path, reason: "all patients are in one fold; there must be two or more")
        }
        self.init(path: text.path, foldOfPatient: folds)
    }

    /// Folds that are known.
    ///
    /// - Parameters:
    ///   - path: What messages call their origin.
    ///   - foldOfPatient: The folds by patient.
    package init(path: String, foldOfPatient: [String: Int]) {
        (self.path, self.foldOfPatient) = (path, foldOfPatient)
    }

    /// The fold of a record.
    ///
    /// - Throws: `DataError.line` where it is no number from 0.
    package static func number(_ record: DelimitedText.Record, _ place: Int, _ path: String) throws(DataError) -> Int {
        if let number = record.integer(place), number >= 0 { return number }
        throw .line(
            path: path, line: record.line, reason: "fold is '\(record.trimmed(place))', expected a number from 0")
    }
}
