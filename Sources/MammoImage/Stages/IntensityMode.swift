/// How stored values become gray.
public enum IntensityMode: String, Codable, CaseIterable, Sendable {
    /// The image's minimum to black and its maximum to white: the seed's.
    case minmax
}
