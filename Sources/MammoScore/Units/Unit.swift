/// What is counted once.
public enum Unit: String, CaseIterable, Codable, Sendable {
    /// One picture.
    case image
    /// One side of a patient: a `prediction_id`, what RSNA's competition scores.
    case breast
    /// One woman.
    case patient
}
