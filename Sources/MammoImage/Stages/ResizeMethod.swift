/// How the padded crop is brought to size.
public enum ResizeMethod: String, Codable, CaseIterable, Sendable {
    /// `cv2.resize(…, interpolation=cv2.INTER_LINEAR)`, as the reference pipeline does. Not antialiased: downscaling by more
    /// than two skips pixels.
    case linear
    /// `cv2.resize(…, interpolation=cv2.INTER_AREA)`: going down, the mean of the pixels covered.
    case area
    /// Pillow's `Image.resize(…, Image.LANCZOS)`, antialiased.
    case lanczos
    /// Pillow's `Image.resize(…, Image.BILINEAR)`, antialiased.
    case pillowBilinear = "pillow-bilinear"
    /// Pillow's `Image.resize(…, Image.BICUBIC)`, antialiased.
    case pillowBicubic = "pillow-bicubic"
}
