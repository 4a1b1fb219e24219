/// How the breast is found.
public enum RegionMethod: String, Codable, CaseIterable, Sendable {
    /// Otsu's threshold and the largest contour: the reference pipeline's.
    case otsu
    /// In steps, for what fools Otsu: frames, lines, labels, implants.
    case robust
    /// The whole image.
    case none
}
