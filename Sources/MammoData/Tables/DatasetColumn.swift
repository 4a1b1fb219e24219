/// The column `dataset`, where a table has one: patients and breasts of equal ids in two data sets are kept apart.
///
/// A patient is then `{dataset}_{patient_id}` wherever mammo names one: in folds, PNGs, predictions and scores. A row
/// whose cell is empty keeps its ids as they are.
package struct DatasetColumn {
    private let columns: ColumnFinder
    private let place: Int?
    private var sets = SymbolTable()
    /// By the patient's and by the breast's symbol.
    private var setOfPatient: [Symbol: Symbol] = [:]
    private var setOfBreast: [Symbol: Symbol] = [:]

    /// - Throws: `DataError` where the column occurs twice.
    package init(_ columns: ColumnFinder) throws(DataError) {
        self.columns = columns
        place = try columns.place("dataset")
    }

    /// A patient's id among those of all data sets, and the data set; `absent` where the table names none.
    ///
    /// - Throws: `DataError.line` where the data set cannot be part of a file's name, or where two sets' ids come to be
    ///   the same.
    package mutating func patient(
        _ id: Symbol, _ record: DelimitedText.Record, in symbols: inout SymbolTable
    ) throws(DataError) -> (id: Symbol, dataset: Symbol) {
        guard let place else { return (id, .absent) }
        let set = record.symbol(place, in: &sets)
        let name = sets.text(set)
        guard name.isEmpty || name.isFileNamePart else {
            throw refusal(record, "'\(name)' cannot be part of a file name")
        }
        let whole = name.isEmpty ? id : symbols.intern("\(name)_\(symbols.text(id))")
        if let other = setOfPatient.updateValue(set, forKey: whole), other != set {
            throw refusal(
                record,
                "'\(name)' and '\(sets.text(other))' both have a patient that becomes \(symbols.text(whole)); rename one of "
                    + "the sets")
        }
        return (whole, name.isEmpty ? .absent : set)
    }

    /// The name of a data set that `patient` found; nil of `absent`.
    func name(_ dataset: Symbol) -> String? { dataset.isAbsent ? nil : sets.text(dataset) }

    /// Refuses a breast's own id that another data set has too: their images would become one prediction.
    ///
    /// - Throws: `DataError.line`.
    package mutating func check(
        breast: Symbol, of dataset: Symbol, _ record: DelimitedText.Record, in symbols: SymbolTable
    ) throws(DataError) {
        guard place != nil else { return }
        if let other = setOfBreast.updateValue(dataset, forKey: breast), other != dataset {
            throw refusal(
                record,
                "'\(name(dataset) ?? "")' and '\(name(other) ?? "")' both have the prediction_id \(symbols.text(breast)); "
                    + "rename one, or leave prediction_id out to have it made of dataset, patient_id and laterality")
        }
    }

    private func refusal(_ record: DelimitedText.Record, _ reason: String) -> DataError {
        .line(path: columns.text.path, line: record.line, reason: "dataset \(reason)")
    }
}
