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
            make(attribute, cases) { tables.originOfRow[$0].flatMap { tables.originNames[$0] } }
        }
        return [origins].compactMap { $0 }
            + tables.labels.attributes.enumerated().compactMap { column, attribute in
                guard attribute != .view || cases.unit == .image else { return nil }
                return make(attribute, cases) { tables.labels.rows[$0].groups[column] }
            }
    }

    /// The groups by the names of the cases' rows, those without one aside; nil where all cases are in one.
    private static func make(_ attribute: Attribute, _ cases: Cases, _ name: (Int) -> String?) -> Groups? {
        var places: [String: [Int]] = [:]
        for (place, rows) in cases.labelRows.enumerated() {
            let names = Set(rows.compactMap(name))
            places[names.count == 1 ? names.first ?? several : several, default: []].append(place)
        }
        guard places.count > 1 else { return nil }
        return Groups(attribute: attribute, groups: places.sorted { before($0.key, $1.key) }.map { ($0, $1) })
    }

    private static func before(_ a: String, _ b: String) -> Bool {
        if let a = Double(a), let b = Double(b), a != b { return a < b }
        return a < b
    }
}
