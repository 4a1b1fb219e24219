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

    /// Where a row stands.
    struct Place {
        var file: Int32
        var line: Int32
    }

    private(set) var files: [File] = []
    private(set) var entries: [PredictionTable.Entry] = []
    private(set) var symbols = SymbolTable()
    private(set) var problems: [String] = []
    /// Where each image or breast stands first, used or not.
    private(set) var places = KeyTable<Place>()

    /// Adds the rows of a file.
    mutating func add(_ text: DelimitedText) throws(DataError) {
        let columns = try PredictionColumns(ColumnFinder(text))
        if let first = files.first, first.isOfImages != columns.isOfImages {
            let (here, there) = columns.isOfImages ? ("images", "breasts") : ("breasts", "images")
            throw .table(
                path: text.path, reason: "has predictions of \(here), but \(first.path) of \(there); expected one kind")
        }
        files.append(
            File(
                path: text.path, isOfImages: columns.isOfImages, hasLabels: columns.label != nil,
                hasFolds: columns.fold != nil))
        var datasets = try DatasetColumn(columns.finder)
        entries.reserveCapacity(entries.count + text.records.count)
        places.reserve(text.records.count, ofImages: columns.isOfImages)
        symbols.reserveCapacity(symbols.count + text.records.count)
        for record in text.records {
            do throws(DataError) { try add(record, columns, &datasets) } catch { problems.append("\(error)") }
        }
    }

    private mutating func add(
        _ record: DelimitedText.Record, _ columns: PredictionColumns, _ datasets: inout DatasetColumn
    ) throws(DataError) {
        func symbol(_ place: Int?) throws(DataError) -> Symbol {
            guard let place else { return .absent }
            return try columns.finder.identifier(record, place, in: &symbols)
        }
        let file = Int32(files.count - 1)
        var entry = PredictionTable.Entry(
            file: file, line: Int32(record.line), patient: try symbol(columns.patient),
            image: try symbol(columns.image),
            breast: try symbol(columns.breast), label: nil, fold: -1, score: 0)
        if !entry.patient.isAbsent { entry.patient = try datasets.patient(entry.patient, record, in: &symbols).id }
        if let earlier = places[entry.key] {
            let elsewhere = earlier.file == file ? "" : " of \(files[Int(earlier.file)].path)"
            throw .line(
                path: columns.finder.text.path, line: record.line,
                reason: "\(symbols.text(entry.key)) is already on line \(earlier.line)\(elsewhere)")
        }
        _ = places.update(Place(file: file, line: entry.line), for: entry.key)
        entry.score = try columns.value.probability(record, columns.finder.text.path)
        if let label = columns.label { entry.label = try columns.finder.label(record, label) }
        if let fold = columns.fold { entry.fold = try FoldTable.number(record, fold, columns.finder.text.path) }
        entries.append(entry)
    }
}

/// Which columns of a table of predictions are what.
struct PredictionColumns {
    let finder: ColumnFinder
    let patient: Int?
    let image: Int?
    let breast: Int?
    let value: ValueColumn
    let label: Int?
    let fold: Int?

    init(_ columns: ColumnFinder) throws(DataError) {
        finder = columns
        image = try columns.place("image_id")
        patient = try image == nil ? nil : columns.required("patient_id")
        breast = try image == nil ? columns.required("prediction_id") : columns.place("prediction_id")
        value = try ValueColumn(columns, ofImages: image != nil)
        let label = try columns.place("label")
        self.label = try label == nil && value.name != "cancer" ? columns.place("cancer") : label
        fold = try columns.place("fold")
    }

    var isOfImages: Bool { image != nil }
}

extension SymbolTable {
    /// An image as `patient/image`, or a breast.
    func text(_ key: SymbolPair) -> String {
        key.second.isAbsent ? text(key.first) : "\(text(key.first))/\(text(key.second))"
    }

    /// A text; nil of `absent`.
    func textIfAny(_ symbol: Symbol) -> String? { symbol.isAbsent ? nil : text(symbol) }
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
        let number = record.double(place)
        if let number, number.isFinite {
            if name == "logit" { return logistic(number) }
            if (0...1).contains(number) { return number }
        }
        let (field, expected) = (record.trimmed(place), name == "logit" ? "a number" : "0 to 1")
        let found = field.isEmpty ? "empty" : number?.isFinite == true ? field : "'\(field)'"
        throw .line(path: path, line: record.line, reason: "\(name) is \(found), expected \(expected)")
    }
}
