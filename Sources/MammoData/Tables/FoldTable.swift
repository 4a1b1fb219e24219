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
        var datasets = try DatasetColumn(columns)
        var folds: [String: Int] = [:]
        for record in text.records {
            let id = try datasets.patient(columns.identifier(record, patient), record).id
            guard let number = Int(record.fields[fold].trimmed), number >= 0 else {
                throw .line(
                    path: text.path, line: record.line,
                    reason: "fold is '\(record.fields[fold])', expected a number from 0")
            }
            if let other = folds.updateValue(number, forKey: id), other != number {
                throw .line(
                    path: text.path, line: record.line,
                    reason: "patient \(id) is in fold \(number) and, above, in \(other); folds must not divide patients"
                )
            }
        }
        guard Set(folds.values).count > 1 else {
            throw .table(path: text.path, reason: "all patients are in one fold; there must be two or more")
        }
        (path, foldOfPatient) = (text.path, folds)
    }
}
