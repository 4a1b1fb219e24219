/// The column `dataset`, where a table has one: patients and breasts of equal ids in two data sets are kept apart.
///
/// A patient is then `{dataset}_{patient_id}` wherever mammo names one: in folds, PNGs, predictions and scores. A row
/// whose cell is empty keeps its ids as they are.
package struct DatasetColumn {
    private let columns: ColumnFinder
    private let place: Int?
    private var setOfPatient: [String: String] = [:]
    private var setOfBreast: [String: String] = [:]

    /// - Throws: `DataError` where the column occurs twice.
    package init(_ columns: ColumnFinder) throws(DataError) {
        self.columns = columns
        place = try columns.place("dataset")
    }

    /// A patient's id among those of all data sets, and the data set.
    ///
    /// - Throws: `DataError.line` where the data set cannot be part of a file's name, or where two sets' ids come to be
    ///   the same.
    package mutating func patient(
        _ id: String, _ record: DelimitedText.Record
    ) throws(DataError) -> (id: String, dataset: String?) {
        guard let place else { return (id, nil) }
        let set = record.fields[place].trimmed
        guard set.isEmpty || set.isFileNamePart else { throw refusal(record, "'\(set)' cannot be part of a file name") }
        let whole = set.isEmpty ? id : "\(set)_\(id)"
        if let other = setOfPatient.updateValue(set, forKey: whole), other != set {
            throw refusal(
                record, "'\(set)' and '\(other)' both have a patient that becomes \(whole); rename one of the sets")
        }
        return (whole, set.isEmpty ? nil : set)
    }

    /// Refuses a breast's own id that another data set has too: their images would become one prediction.
    ///
    /// - Throws: `DataError.line`.
    package mutating func check(
        breast: String, of dataset: String?, _ record: DelimitedText.Record
    ) throws(DataError) {
        guard place != nil else { return }
        if let other = setOfBreast.updateValue(dataset ?? "", forKey: breast), other != dataset ?? "" {
            throw refusal(
                record,
                "'\(dataset ?? "")' and '\(other)' both have the prediction_id \(breast); rename one, or leave "
                    + "prediction_id out to have it made of dataset, patient_id and laterality")
        }
    }

    private func refusal(_ record: DelimitedText.Record, _ reason: String) -> DataError {
        .line(path: columns.text.path, line: record.line, reason: "dataset \(reason)")
    }
}
