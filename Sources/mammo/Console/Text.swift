extension Double {
    /// With exactly `digits` decimals, for people.
    func fixed(_ digits: Int) -> String {
        guard isFinite, magnitude < 1e12 else { return "\(self)" }
        var power = 1
        for _ in 0..<digits { power *= 10 }
        let scaled = Int((magnitude * Double(power)).rounded())
        let fraction = String(scaled % power)
        let sign = self < 0 && scaled > 0 ? "-" : ""
        if digits == 0 { return "\(sign)\(scaled)" }
        return "\(sign)\(scaled / power)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

/// Lines up columns: the first to the left, the others to the right.
enum TextTable {
    static func lines(header: [String], rows: [[String]]) -> [String] {
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? row[column] + blanks : blanks + row[column]
            }.joined(separator: "  ")
        }
    }
}
