/// An image that may be put into a grid.
public struct GridCandidate: Equatable, Sendable {
    /// The PNG in the folder.
    public let file: String
    /// Its label; nil where none is known.
    public let cancer: Bool?
    /// How unusual its crop is; nil where that was not asked for.
    public let doubt: CropDoubt?
    /// What an augmentation did to it; nil where it is shown as it is.
    public var changes: [String]? = nil

    /// What stands under it: the file, its label, why it is suspicious, what was done to it.
    public var caption: [String] {
        var lines = [file]
        if let cancer { lines.append("cancer: \(cancer ? 1 : 0)") }
        if let doubt { lines += doubt.reasons.isEmpty ? ["nothing unusual"] : doubt.reasons }
        if let changes { lines += changes.isEmpty ? ["unchanged"] : changes }
        return lines
    }
}
