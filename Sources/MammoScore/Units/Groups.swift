/// Cases told apart by an attribute of their images.
public struct Groups: Sendable {
    /// The attribute.
    public let attribute: Attribute
    /// The groups by name, in the order of their names (as numbers where they are), each with the places of its cases.
    public let groups: [(name: String, places: [Int])]

    /// The name of cases whose images differ.
    static let several = "several"

    /// Cases by each attribute that the labels have. One that leaves them all in one group is left out, as is `view` of
    /// anything but images, since nearly every breast has several.
    ///
    /// - Parameters:
    ///   - cases: What is scored.
    ///   - labels: The labels it was joined with.
    /// - Returns: In the order of the labels' attributes.
    public static func all(of cases: Cases, in labels: LabelTable) -> [Groups] {
        labels.attributes.enumerated().compactMap { column, attribute in
            guard attribute != .view || cases.unit == .image else { return nil }
            var places: [String: [Int]] = [:]
            for (place, rows) in cases.labelRows.enumerated() {
                let names = Set(rows.map { labels.rows[$0].groups[column] })
                places[names.count == 1 ? names.first ?? several : several, default: []].append(place)
            }
            guard places.count > 1 else { return nil }
            return Groups(attribute: attribute, groups: places.sorted { before($0.key, $1.key) }.map { ($0, $1) })
        }
    }

    private static func before(_ a: String, _ b: String) -> Bool {
        if let a = Double(a), let b = Double(b), a != b { return a < b }
        return a < b
    }
}
