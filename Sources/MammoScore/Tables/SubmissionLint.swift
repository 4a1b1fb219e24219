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
        try self.init(
            DelimitedText(Files.read(path), path: path), table: ImageTable(path: csv, need: .predictions))
    }

    package init(_ text: DelimitedText, table: ImageTable) throws(DataError) {
        let header = text.header.fields.map(\.trimmed)
        var (errors, warnings) = ([String](), [String]())
        func refuse(_ line: Int, _ reason: String) { errors.append("\(text.path):\(line): \(reason)") }
        if let refusal = ColumnFinder.index(in: header) { refuse(text.header.line, refusal) }
        guard let id = header.firstIndex(of: "prediction_id"), let value = header.firstIndex(of: "cancer") else {
            throw .line(
                path: text.path, line: text.header.line,
                reason: "the columns are \(header.joined(separator: ", ")), expected prediction_id, cancer")
        }
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
        for record in text.records {
            let breast = record.fields[id].trimmed
            if let earlier = lines[breast] {
                refuse(record.line, "\(breast) is already on line \(earlier)")
            } else if !known.contains(breast) {
                refuse(record.line, "'\(breast)' is not a prediction_id of \(table.path)")
            } else {
                order.append(breast)
            }
            lines[breast] = lines[breast] ?? record.line
            let field = record.fields[value].trimmed
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
        (count, expected) = (text.records.count, asked.count)
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
