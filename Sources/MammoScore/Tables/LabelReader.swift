import MammoData

/// Reads a table of labels record by record.
struct LabelReader {
    private(set) var entries: [LabelTable.Entry] = []
    private(set) var symbols = SymbolTable()
    private(set) var groups: [GroupColumn] = []
    /// The row of each image as patient and image, or of each breast.
    private(set) var rowOfKey = KeyTable<Int32>()
    private let columns: ColumnFinder
    private let cancer: Int
    private let image: Int?
    private let breast: Int?
    private let side: Int?
    private let patient: Int?
    private var datasets: DatasetColumn

    init(_ columns: ColumnFinder) throws(DataError) {
        self.columns = columns
        cancer = try columns.required("cancer")
        image = try columns.place("image_id")
        breast = try image == nil ? columns.required("prediction_id") : columns.place("prediction_id")
        side = try columns.place("laterality")
        patient = try image != nil ? columns.required("patient_id") : columns.place("patient_id")
        let rows = columns.text.records.count
        for attribute in Attribute.ofLabels {
            guard let place = try columns.place(attribute.column) else { continue }
            groups.append(GroupColumn(attribute, place: place, rows: rows))
        }
        datasets = try DatasetColumn(columns)
        entries.reserveCapacity(rows)
        rowOfKey.reserve(rows, ofImages: image != nil)
        symbols.reserveCapacity(rows)
    }

    mutating func add(_ record: DelimitedText.Record) throws(DataError) {
        let ownBreast = try breast.map { (place) throws(DataError) in
            try columns.identifier(record, place, in: &symbols)
        }
        let ownPatient =
            if let patient {
                try columns.identifier(record, patient, in: &symbols)
            } else {
                symbols.internPatient(of: ownBreast ?? .absent)
            }
        let (whole, dataset) = try datasets.patient(ownPatient, record, in: &symbols)
        if let ownBreast { try datasets.check(breast: ownBreast, of: dataset, record, in: symbols) }
        let imageID = try image.map { (place) throws(DataError) in
            try columns.identifier(record, place, in: &symbols)
        }
        let derived = try side.map { (place) throws(DataError) in
            try columns.side(of: whole, record, place, in: &symbols)
        }
        let entry = LabelTable.Entry(
            line: Int32(record.line), patient: whole, image: imageID ?? .absent,
            breast: ownBreast ?? derived ?? .absent,
            cancer: try columns.label(record, cancer))
        let key = imageID.map { SymbolPair(whole, $0) } ?? SymbolPair(entry.breast, .absent)
        if let earlier = rowOfKey.update(Int32(entries.count), for: key) {
            throw .line(
                path: columns.text.path, line: record.line,
                reason: "\(symbols.text(key)) is already on line \(entries[Int(earlier)].line)")
        }
        for place in groups.indices { groups[place].add(record) }
        entries.append(entry)
    }
}

extension SymbolTable {
    /// The patient of a breast's id: what stands before the last `_`.
    mutating func internPatient(of breast: Symbol) -> Symbol {
        breast.isAbsent ? intern("") : internPrefix(of: breast, beforeLast: UInt8(ascii: "_"))
    }
}
