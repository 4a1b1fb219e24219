import MammoData

/// Where `pandas.read_csv`, which scores a submission, reads something else than is meant; checked with pandas 3.1.
enum PandasReading {
    /// What is wrong with the names of columns.
    static func header(_ fields: [String]) -> [String] {
        var reasons = fields.filter { $0 != $0.trimmed }.map { name in
            "column '\(name)' has blanks around its name, which pandas keeps; write \(name.trimmed)"
        }
        if fields.count > 1, fields.last?.trimmed.isEmpty == true {
            reasons.append("the header ends with a comma, which pandas takes for a column 'Unnamed'; remove it")
        }
        return reasons
    }

    /// What is wrong with a record that has more or fewer fields than the header.
    static func uneven(_ fields: [String], expected: Int) -> String {
        if fields.count == expected + 1 {
            if fields.last?.trimmed.isEmpty == true {
                return "a comma at the end, for which pandas takes prediction_id for an index; remove it"
            }
            let parts = fields.suffix(2).map(\.trimmed)
            if parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) && !$0.isEmpty }) {
                return "\(parts.joined(separator: ",")) has a decimal comma; write \(parts.joined(separator: "."))"
            }
        }
        return "\(fields.count) fields, expected \(expected) as in the header"
    }

    /// Why a number is a text to pandas, as the end of a sentence; nil where it is none or is read as it is meant.
    static func number(_ field: String) -> String? {
        let point = String(field.map { $0 == "," ? "." : $0 })
        if point != field, Double(point) != nil { return ", a number with a decimal comma; write \(point)" }
        guard let number = Double(field), number.isFinite, !isDecimal(field) else { return nil }
        return ", which pandas reads as a text; write \(number)"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Digits with a point and an exponent, either of which may be absent.
    private static func isDecimal(_ field: String) -> Bool {
        field.utf8.allSatisfy { byte in isDigit(byte) || "+-.eE".utf8.contains(byte) }
    }
}
