/// How the breast is found.
public enum RegionMethod: String, Codable, CaseIterable, Sendable {
    /// Otsu's threshold and the largest contour: the seed's.
    case otsu
    /// The whole image.
    case none
}
