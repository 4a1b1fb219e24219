import MammoData

/// What was predicted, of images or of breasts, in one file or in several.
///
/// Columns are read by name. A table with `image_id` is one of images, as `mammo infer --per-image` and `mammo train` write
/// it, and needs `patient_id`; any other is one of breasts and needs `prediction_id`. The prediction is `probability`, or
/// else `logit`, or else, of breasts, `cancer`. A `label`, or a `cancer` that is not the prediction, is the truth. A column
/// `fold` says in which fold the row was left out of training.
public struct PredictionTable: Sendable {
    /// One prediction.
    public struct Row: Equatable, Sendable {
        /// The file it is from, as a place in `paths`.
        public let file: Int
        /// Where it stands, counted from 1.
        public let line: Int
        /// The patient; nil of a breast.
        public let patientID: String?
        /// The image; nil of a breast.
        public let imageID: String?
        /// The breast; nil of an image whose table does not say.
        public let predictionID: String?
        /// A probability, 0 to 1.
        public let score: Double
        /// The truth, where the table has it.
        public let label: Bool?
        /// The fold, where the table has it.
        public let fold: Int?

        package init(
            file: Int = 0, line: Int, patientID: String?, imageID: String?, predictionID: String?, score: Double,
            label: Bool?, fold: Int? = nil
        ) {
            (self.file, self.line, self.patientID, self.imageID) = (file, line, patientID, imageID)
            (self.predictionID, self.score, self.label, self.fold) = (predictionID, score, label, fold)
        }
    }

    /// One prediction, its ids as symbols of the table.
    struct Entry {
        var file: Int32
        var line: Int32
        var patient: Symbol
        var image: Symbol
        var breast: Symbol
        /// Nil where the table has no label.
        var label: Bool?
        /// -1 where the table has no fold.
        var fold: Int
        var score: Double

        /// The image within its set, or the breast: patient and image, or the breast alone.
        var key: SymbolPair { image.isAbsent ? SymbolPair(breast, .absent) : SymbolPair(patient, image) }
    }

    /// The predictions as rows with texts, each made when it is asked for.
    public struct Rows: RandomAccessCollection, Sendable {
        let entries: [Entry]
        let symbols: SymbolTable

        /// The first place: 0.
        public var startIndex: Int { 0 }
        /// How many there are.
        public var endIndex: Int { entries.count }

        /// The row at a place.
        public subscript(place: Int) -> Row {
            let entry = entries[place]
            return Row(
                file: Int(entry.file), line: Int(entry.line), patientID: symbols.textIfAny(entry.patient),
                imageID: symbols.textIfAny(entry.image), predictionID: symbols.textIfAny(entry.breast),
                score: entry.score, label: entry.label, fold: entry.fold < 0 ? nil : entry.fold)
        }
    }

    /// The files.
    public let paths: [String]
    /// Whether the rows are images; else they are breasts.
    public let isOfImages: Bool
    /// Whether all files say the truth themselves.
    public let hasLabels: Bool
    /// Whether all files say the fold.
    public let hasFolds: Bool
    /// The rows that can be used, in the files' order; none stands twice.
    public var rows: Rows { Rows(entries: entries, symbols: symbols) }
    /// Why others cannot, a line each, with path and line.
    public let problems: [String]
    let entries: [Entry]
    let symbols: SymbolTable
    /// Where each image or breast stands first that has a row, used or not.
    private let places: KeyTable<PredictionReader.Place>

    /// Reads a table.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError` where columns are missing, one of them is an index, or no row can be used.
    public init(path: String) throws(DataError) { try self.init(paths: [path]) }

    /// Reads several tables as one. What is in more than one of them is a problem, and the first counts.
    ///
    /// - Parameter paths: The files, at least one; all of images, or all of breasts.
    /// - Throws: `DataError` where columns are missing, one of them is an index, files are of different units, or no row can
    ///   be used.
    public init(paths: [String]) throws(DataError) {
        var reader = PredictionReader()
        for path in paths { try reader.add(DelimitedText(Files.read(path), path: path)) }
        try self.init(reader)
    }

    package init(_ texts: DelimitedText...) throws(DataError) {
        var reader = PredictionReader()
        for text in texts { try reader.add(text) }
        try self.init(reader)
    }

    private init(_ reader: PredictionReader) throws(DataError) {
        paths = reader.files.map(\.path)
        guard !reader.entries.isEmpty else {
            throw .table(
                path: Self.name(paths),
                reason: "no row can be used; \(reader.problems.first ?? "there are none")")
        }
        isOfImages = reader.files.contains(where: \.isOfImages)
        (hasLabels, hasFolds) = (reader.files.allSatisfy(\.hasLabels), reader.files.allSatisfy(\.hasFolds))
        (entries, symbols, problems, places) = (reader.entries, reader.symbols, reader.problems, reader.places)
    }

    /// Predictions of images that are in memory, with their labels.
    ///
    /// - Parameters:
    ///   - rows: Of images, with patient and label; where an image has several, the first counts.
    ///   - path: What messages call the table.
    /// - Throws: `DataError` where there are none.
    package init(ofImages rows: [Row], path: String) throws(DataError) {
        guard !rows.isEmpty else { throw .table(path: path, reason: "there are no predictions to score") }
        var (symbols, entries) = (SymbolTable(), [Entry]())
        var places = KeyTable<PredictionReader.Place>()
        func symbol(_ id: String?) -> Symbol { id.map { symbols.intern($0) } ?? .absent }
        for row in rows {
            let entry = Entry(
                file: Int32(row.file), line: Int32(row.line), patient: symbol(row.patientID),
                image: symbol(row.imageID),
                breast: symbol(row.predictionID), label: row.label, fold: row.fold ?? -1, score: row.score)
            guard places[entry.key] == nil else { continue }
            _ = places.update(PredictionReader.Place(file: entry.file, line: entry.line), for: entry.key)
            entries.append(entry)
        }
        (self.entries, self.symbols, self.places) = (entries, symbols, places)
        (paths, isOfImages, hasLabels, hasFolds, problems) = ([path], true, true, false, [])
    }

    /// Whether an image or a breast has a row, used or not.
    func has(_ key: SymbolPair) -> Bool { places[key] != nil }

    /// What messages call all files together.
    public var name: String { Self.name(paths) }

    private static func name(_ paths: [String]) -> String {
        guard let first = paths.first, let last = paths.last, paths.count > 1 else { return paths.first ?? "" }
        return paths.count > 3
            ? "\(first) and \(paths.count - 1) other files"
            : "\(paths.dropLast().joined(separator: ", ")) and \(last)"
    }
}
