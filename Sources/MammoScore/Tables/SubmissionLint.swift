import MammoBase
import MammoData

/// Whether a file is a submission that RSNA's competition takes: `prediction_id,cancer`, a row for each breast of a test.csv.
public struct SubmissionLint: Sendable {
    /// What would get it rejected, a line each, with path and line.
    public let errors: [String]
    /// What would not, but is odd.
    public let warnings: [String]
    /// How many rows it has.
    public let count: Int
    /// How many breasts the test.csv has.
    public let expected: Int
    /// The sum of the values over their number: the share of positives where all are 0 or 1.
    public let share: Double
    /// Whether all values are 0 or 1.
    public let isHard: Bool

    /// About as many breasts have cancer.
    public static let usualShare = 0.02
    /// A share this many times more or less than usual is odd.
    static let oddTimes = 3.0

    /// Checks a file.
    ///
    /// - Parameters:
    ///   - path: The submission.
    ///   - csv: The test.csv.
    /// - Throws: `DataError` where one of them cannot be read as a table of those columns at all.
    public init(path: String, csv: String) throws(DataError) {
        let text = try DelimitedText(Files.read(path), path: path, keepsUneven: true)
        try self.init(text, table: ImageTable(path: csv, need: .predictions))
    }

    /// Checks a table.
    ///
    /// - Parameters:
    ///   - text: Its records, also those with another number of fields than the header.
    ///   - table: The test.csv.
    /// - Throws: `DataError` where the columns are others.
    package init(_ text: DelimitedText, table: ImageTable) throws(DataError) {
        let header = text.header.fields.map(\.trimmed)
        var (errors, warnings) = ([String](), [String]())
        func refuse(_ line: Int, _ reason: String) { errors.append("\(text.path):\(line): \(reason)") }
        if let refusal = ColumnFinder.index(in: header) { refuse(text.header.line, refusal) }
        guard let id = header.firstIndex(of: "prediction_id"), let value = header.firstIndex(of: "cancer") else {
            let found =
                header.count == 1 && header[0].contains(";")
                ? "separated by semicolons, expected commas between" : "\(header.joined(separator: ", ")), expected"
            throw .line(
                path: text.path, line: text.header.line, reason: "the columns are \(found) prediction_id, cancer")
        }
        for reason in PandasReading.header(text.header.fields) { refuse(text.header.line, reason) }
        let extra = header.enumerated().filter { $0.offset != id && $0.offset != value && !$0.element.isEmpty }
        if !extra.isEmpty {
            refuse(
                text.header.line,
                "unexpected column \(extra.map(\.element).joined(separator: ", ")); remove it")
        }
        if header == ["cancer", "prediction_id"] { refuse(text.header.line, "prediction_id comes before cancer") }

        var breasts = Breasts(of: table)
        var order: [Symbol] = []
        var (sum, hard, good) = (0.0, true, 0)
        for record in text.uneven {
            refuse(record.line, PandasReading.uneven(record.fields, expected: header.count))
            if id < record.count { breasts.note(record, id) }
        }
        for record in text.records {
            if !record.isTrimmed(id) {
                refuse(
                    record.line, "'\(record[id])' has blanks around it, which pandas keeps; write \(record.trimmed(id))"
                )
            }
            let (breast, earlier) = breasts.noteFirst(record, id)
            if let earlier {
                refuse(record.line, "\(record.trimmed(id)) is already on line \(earlier)")
            } else if breast.index >= breasts.asked {
                refuse(record.line, "'\(record.trimmed(id))' is not a prediction_id of \(table.path)")
            } else {
                order.append(breast)
            }
            guard let number = record.decimal(value), (0...1).contains(number) else {
                refuse(record.line, Self.refusal(record.trimmed(value)))
                continue
            }
            sum += number
            good += 1
            if number != 0 && number != 1 { hard = false }
        }
        for breast in breasts.missing { errors.append("\(text.path): no row for \(breast) of \(table.path)") }
        if order.count == breasts.asked, let place = order.indices.first(where: { order[$0].index != $0 }) {
            let (found, expected) = (order[place], Symbol(number: Int32(place)))
            warnings.append(
                "\(text.path):\(breasts.line(of: found)): \(breasts.ids.text(found)) is in the place of "
                    + "\(breasts.ids.text(expected)) in \(table.path); the competition does not mind the order")
        }
        (count, expected) = (text.records.count + text.uneven.count, breasts.asked)
        share = good == 0 ? 0 : sum / Double(good)
        isHard = hard && good > 0
        let times = share / Self.usualShare
        if times > Self.oddTimes || times < 1 / Self.oddTimes {
            warnings.append(
                "\(text.path): \(isHard ? "the share of positives" : "the mean") is \((100 * share).decimals(2)) %, where "
                    + "about \((100 * Self.usualShare).decimals(0)) % of breasts have cancer")
        }
        (self.errors, self.warnings) = (errors, warnings)
    }

    /// Why a field is no probability that pandas reads.
    private static func refusal(_ field: String) -> String {
        if let reason = PandasReading.number(field) { return "cancer is '\(field)'\(reason)" }
        return "cancer is \(field.isEmpty ? "empty" : "'\(field)'"), expected 0 to 1"
    }
}

/// The breasts of a test.csv, and the line of each in a submission.
private struct Breasts {
    /// Those of the test.csv first, in its order.
    private(set) var ids = SymbolTable()
    /// How many the test.csv has.
    let asked: Int
    /// By the number of a breast's symbol; 0 where it has no line.
    private var lines: [Int]

    init(of table: ImageTable) {
        for row in table.rows { if let breast = row.predictionID { _ = ids.intern(breast) } }
        asked = ids.count
        lines = [Int](repeating: 0, count: asked)
    }

    /// Those of the test.csv that have no line.
    var missing: [String] {
        (0..<asked).filter { lines[$0] == 0 }.map { ids.text(Symbol(number: Int32($0))) }
    }

    func line(of breast: Symbol) -> Int { lines[breast.index] }

    /// Takes note of the record's line.
    mutating func note(_ record: DelimitedText.Record, _ place: Int) {
        lines[breast(record, place).index] = record.line
    }

    /// The same where the breast has no line yet; returns the one that it has.
    mutating func noteFirst(_ record: DelimitedText.Record, _ place: Int) -> (breast: Symbol, earlier: Int?) {
        let breast = breast(record, place)
        if lines[breast.index] != 0 { return (breast, lines[breast.index]) }
        lines[breast.index] = record.line
        return (breast, nil)
    }

    private mutating func breast(_ record: DelimitedText.Record, _ place: Int) -> Symbol {
        let breast = record.symbol(place, in: &ids)
        if breast.index == lines.count { lines.append(0) }
        return breast
    }
}
