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
        var uneven: [DelimitedText.Record] = []
        let text = try DelimitedText(Files.read(path), path: path) { record, _ in uneven.append(record) }
        try self.init(text, uneven: uneven, table: ImageTable(path: csv, need: .predictions))
    }

    /// Checks a table.
    ///
    /// - Parameters:
    ///   - text: Its records.
    ///   - uneven: Those with another number of fields than the header.
    ///   - table: The test.csv.
    /// - Throws: `DataError` where the columns are others.
    package init(
        _ text: DelimitedText, uneven: [DelimitedText.Record] = [], table: ImageTable
    ) throws(DataError) {
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

        let asked = Self.breasts(of: table)
        let known = Set(asked)
        var lines: [String: Int] = [:]
        var order: [String] = []
        var (sum, hard, good) = (0.0, true, 0)
        for record in uneven {
            refuse(record.line, PandasReading.uneven(record.fields, expected: header.count))
            if record.fields.indices.contains(id) { lines[record.fields[id].trimmed] = record.line }
        }
        for record in text.records {
            let breast = record.fields[id].trimmed
            if breast != record.fields[id] {
                refuse(record.line, "'\(record.fields[id])' has blanks around it, which pandas keeps; write \(breast)")
            }
            if let earlier = lines[breast] {
                refuse(record.line, "\(breast) is already on line \(earlier)")
            } else if !known.contains(breast) {
                refuse(record.line, "'\(breast)' is not a prediction_id of \(table.path)")
            } else {
                order.append(breast)
            }
            lines[breast] = lines[breast] ?? record.line
            let field = record.fields[value].trimmed
            if let reason = PandasReading.number(field) {
                refuse(record.line, "cancer is '\(field)'\(reason)")
                continue
            }
            guard let number = Double(field), (0...1).contains(number) else {
                refuse(record.line, "cancer is \(field.isEmpty ? "empty" : "'\(field)'"), expected 0 to 1")
                continue
            }
            sum += number
            good += 1
            if number != 0 && number != 1 { hard = false }
        }
        for breast in asked where lines[breast] == nil {
            errors.append("\(text.path): no row for \(breast) of \(table.path)")
        }
        if order.count == asked.count, let (found, expected) = zip(order, asked).first(where: { $0 != $1 }) {
            warnings.append(
                "\(text.path):\(lines[found] ?? 0): \(found) is in the place of \(expected) in \(table.path); "
                    + "the competition does not mind the order")
        }
        (count, expected) = (text.records.count + uneven.count, asked.count)
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

    /// Each breast once, in the table's order.
    private static func breasts(of table: ImageTable) -> [String] {
        var seen: Set<String> = []
        return table.rows.compactMap(\.predictionID).filter { seen.insert($0).inserted }
    }
}
