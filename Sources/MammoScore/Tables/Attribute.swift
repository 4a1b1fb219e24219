/// What a table may say of an image besides its label: figures are computed for each group of it.
public enum Attribute: String, CaseIterable, Codable, Sendable {
    /// The clinic: `site_id`.
    case site
    /// The machine: `machine_id`.
    case machine
    /// The projection: `view`.
    case view
    /// The density of the tissue: `density`.
    case density
    /// The decade of the patient's `age`.
    case age
    /// Whether there is an `implant`.
    case implant
    /// The `fold` that the predictions name.
    case fold
    /// The file of predictions, where several are given and name no folds.
    case file

    /// What a table of labels may have.
    static let ofLabels: [Attribute] = [.site, .machine, .view, .density, .age, .implant]

    /// The column's name in RSNA's tables.
    var column: String {
        switch self {
        case .site: "site_id"
        case .machine: "machine_id"
        case .view, .density, .age, .implant, .fold, .file: rawValue
        }
    }

    /// What stands for a field that is empty.
    static let unknown = "unknown"

    /// The group that a field puts its image in: itself, or ten years of age.
    func group(_ field: String) -> String {
        guard !field.isEmpty else { return Self.unknown }
        guard self == .age else { return field }
        guard let age = Double(field), (0..<200).contains(age) else { return Self.unknown }
        let decade = Int(age) / 10 * 10
        return "\(decade)–\(decade + 9)"
    }
}
