import MammoData

/// The truth: a train.csv, or a table of breasts with `prediction_id` and `cancer`.
public struct LabelTable: Sendable {
    /// One image, or one breast where the table has no images.
    public struct Row: Equatable, Sendable {
        /// Where it stands, counted from 1.
        public let line: Int
        /// The patient, `{dataset}_{patient_id}` where the table names a data set.
        public let patientID: String
        /// The image; nil of a breast.
        public let imageID: String?
        /// The breast: `prediction_id`, or `{patient}_{laterality}`; nil where the table has neither.
        public let predictionID: String?
        /// Whether there is cancer.
        public let cancer: Bool
        /// The groups it belongs to, in the order of the table's `attributes`.
        public let groups: [String]
    }

    /// A row, its ids as symbols of the table.
    struct Entry {
        var line: Int32
        var patient: Symbol
        var image: Symbol
        var breast: Symbol
        var cancer: Bool
    }

    /// The rows, each made when it is asked for.
    public struct Rows: RandomAccessCollection, Sendable {
        let entries: [Entry]
        let symbols: SymbolTable
        let groups: [GroupColumn]

        /// The first place: 0.
        public var startIndex: Int { 0 }
        /// How many there are.
        public var endIndex: Int { entries.count }

        /// The row at a place.
        public subscript(place: Int) -> Row {
            let entry = entries[place]
            return Row(
                line: Int(entry.line), patientID: symbols.text(entry.patient), imageID: symbols.textIfAny(entry.image),
                predictionID: symbols.textIfAny(entry.breast), cancer: entry.cancer,
                groups: groups.map { $0.names[Int($0.ofRow[place])] })
        }
    }

    /// Where it was read from.
    public let path: String
    /// The attributes that the table has.
    public let attributes: [Attribute]
    /// In the table's order.
    public var rows: Rows { Rows(entries: entries, symbols: symbols, groups: groups) }

    let entries: [Entry]
    let symbols: SymbolTable
    /// The groups by each of the attributes.
    let groups: [GroupColumn]
    /// The row of each image as patient and image, or of each breast; empty where the labels are predictions' own.
    private let rowOfKey: KeyTable<Int32>

    /// Reads a table.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError` with the line and what is wrong there: what is the truth has to be whole.
    public init(path: String) throws(DataError) {
        try self.init(DelimitedText(Files.read(path), path: path))
    }

    package init(_ text: DelimitedText) throws(DataError) {
        var reader = try LabelReader(ColumnFinder(text))
        for record in text.records { try reader.add(record) }
        (path, entries, symbols) = (text.path, reader.entries, reader.symbols)
        (groups, attributes) = (reader.groups, reader.groups.map(\.attribute))
        rowOfKey = reader.rowOfKey
    }

    /// The labels in a table of predictions.
    ///
    /// - Parameter predictions: Rows of which each has a label.
    init(_ predictions: PredictionTable) {
        var symbols = predictions.symbols
        var rowOfKey = KeyTable<Int32>()
        rowOfKey.reserve(predictions.entries.count, ofImages: predictions.isOfImages)
        entries = predictions.entries.enumerated().map { row, entry in
            _ = rowOfKey.update(Int32(row), for: entry.key)
            return Entry(
                line: entry.line,
                patient: entry.patient.isAbsent ? symbols.internPatient(of: entry.breast) : entry.patient,
                image: entry.image, breast: entry.breast, cancer: entry.label ?? false)
        }
        (path, attributes, groups) = (predictions.name, [], [])
        (self.symbols, self.rowOfKey) = (symbols, rowOfKey)
    }

    /// The row of an image, given as patient and image, or of a breast in a table of breasts; nil where there is none.
    func row(of key: SymbolPair) -> Int? { rowOfKey[key].map { Int($0) } }
}

/// The rows' groups by one attribute.
struct GroupColumn {
    let attribute: Attribute
    /// The groups, in the order of their first rows.
    private(set) var names: [String] = []
    /// Of each row the place of its group in `names`.
    private(set) var ofRow: [Int32] = []
    private let place: Int
    private var fields = SymbolTable()
    private var groupOfField: [Int32] = []
    private var placeOfName: [String: Int32] = [:]

    init(_ attribute: Attribute, place: Int, rows: Int) {
        (self.attribute, self.place) = (attribute, place)
        ofRow.reserveCapacity(rows)
    }

    mutating func add(_ record: DelimitedText.Record) {
        let field = record.symbol(place, in: &fields)
        if field.index == groupOfField.count {
            let name = attribute.group(fields.text(field))
            let group = placeOfName[name] ?? Int32(names.count)
            if group == names.count {
                placeOfName[name] = group
                names.append(name)
            }
            groupOfField.append(group)
        }
        ofRow.append(groupOfField[field.index])
    }
}
