/// How the padded crop is brought to size.
public enum ResizeMethod: String, Codable, CaseIterable, Sendable {
    /// `cv2.resize(…, interpolation=cv2.INTER_LINEAR)`: the seed's.
    case linear
    /// `cv2.resize(…, interpolation=cv2.INTER_AREA)`.
    case area
}
