/// What is wrong with a weights file.
public enum WeightsError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A file that is not what its kind should be; the reason says where.
    case damaged(path: String, reason: String)
    /// A file that is sound, and of a kind or with contents that are not read.
    case unsupported(path: String, reason: String)
    /// Tensors that no network here has, or not the one that was asked for.
    case misfit(path: String, reason: String)

    /// One line, the path in front.
    public var description: String {
        switch self {
        case .damaged(let path, let reason): "\(path): damaged: \(reason)"
        case .unsupported(let path, let reason), .misfit(let path, let reason): "\(path): \(reason)"
        }
    }
}
