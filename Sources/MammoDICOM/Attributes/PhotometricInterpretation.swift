/// What a sample's value means (PS3.3 C.7.6.3.1.2).
public enum PhotometricInterpretation: Hashable, Sendable, CustomStringConvertible {
    /// The smallest value is shown white.
    case monochrome1
    /// The smallest value is shown black.
    case monochrome2
    /// Anything else, as the file says it.
    case other(String)

    /// The defined term that a text means: writers have it in small letters, too.
    init(_ text: String) {
        switch text.uppercased().filter({ $0 != " " }) {
        case "MONOCHROME1": self = .monochrome1
        case "MONOCHROME2": self = .monochrome2
        default: self = .other(text)
        }
    }

    /// The defined term.
    public var description: String {
        switch self {
        case .monochrome1: "MONOCHROME1"
        case .monochrome2: "MONOCHROME2"
        case .other(let text): text
        }
    }
}
