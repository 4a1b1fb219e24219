/// How stored values become gray.
public enum IntensityMode: String, Codable, CaseIterable, Sendable {
    /// The image's minimum to black and its maximum to white: the reference pipeline's.
    case minmax
    /// The file's window (PS3.3 C.11.2.1), or its VOI LUT where it has no window.
    case window
    /// The file's VOI LUT, whether or not it has a window.
    case voiLUT = "voi-lut"
}
