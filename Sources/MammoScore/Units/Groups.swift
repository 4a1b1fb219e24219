/// Cases by an attribute of their images.
public struct Groups: Sendable {
    /// The attribute.
    public let attribute: Attribute
    /// The groups by name, in the order of their names (as numbers where they are), each with the places of its cases.
    public let groups: [(name: String, places: [Int])]

    /// The name of cases whose images differ.
    static let several = "several"

    /// Cases by the fold or file of their predictions, and by each attribute that the labels have. One that leaves them all
    /// in one group is left out, as is `view` of anything but images, since nearly every breast has several.
    ///
    /// - Parameters:
    ///   - cases: What is scored.
    ///   - tables: The predictions beside their labels.
    /// - Returns: Folds or files first, then in the order of the labels' attributes.
    public static func all(of cases: Cases, in tables: JoinedTables) -> [Groups] {
        let origins = tables.originAttribute.flatMap { attribute in
            make(attribute, cases) { row in
                let origin = tables.originOfRow[row]
                return origin < 0 ? nil : origin
            } name: {
                tables.originNames[$0] ?? ""
            }
        }
        return [origins].compactMap { $0 }
            + tables.labels.groups.compactMap { column in
                guard column.attribute != .view || cases.unit == .image else { return nil }
                return make(column.attribute, cases) {
                    Int(column.ofRow[$0])
                } name: {
                    column.names[$0]
                }
            }
    }

    /// The groups by the numbers of the cases' rows, rows without one aside; nil where all cases are in one.
    private static func make(
        _ attribute: Attribute, _ cases: Cases, _ number: (Int) -> Int?, name: (Int) -> String
    ) -> Groups? {
        var placesOfNumber: [Int: [Int]] = [:]
        var placesOfSeveral: [Int] = []
        for place in 0..<cases.labelRows.count {
            var (found, isOne) = (Int?.none, true)
            for row in cases.labelRows[place] {
                guard let number = number(Int(row)) else { continue }
                isOne = found == nil || found == number
                found = number
                if !isOne { break }
            }
            if isOne, let found {
                placesOfNumber[found, default: []].append(place)
            } else {
                placesOfSeveral.append(place)
            }
        }
        // A table may have a group of the name that cases have whose images differ.
        let named =
            placesOfNumber.map { (name($0), $1) } + (placesOfSeveral.isEmpty ? [] : [(several, placesOfSeveral)])
        let places = Dictionary(named) { ($0 + $1).sorted() }
        guard places.count > 1 else { return nil }
        return Groups(attribute: attribute, groups: places.sorted { before($0.key, $1.key) }.map { ($0, $1) })
    }

    private static func before(_ a: String, _ b: String) -> Bool {
        if let a = Double(a), let b = Double(b), a != b { return a < b }
        return a < b
    }
}
