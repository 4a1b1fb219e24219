import MammoData

/// Where a tracking server is: http:// or https://, a host, perhaps a port and a path; or `none`. A user and a password in it are
/// noticed and dropped at once, so that nothing that prints or stores it can give them away.
public struct TrackingURI: Equatable, Hashable, Sendable, CodableAsText {
    /// As it is written, without credentials.
    public let description: String
    /// Whether the text that it was read from had a user or a password.
    public let hadCredentials: Bool

    /// No server.
    public static let none = TrackingURI(description: "none", hadCredentials: false)
    /// What a text has to be, for messages.
    public static let expected = "http://HOST:PORT or https://HOST, or none"

    private init(description: String, hadCredentials: Bool) {
        (self.description, self.hadCredentials) = (description, hadCredentials)
    }

    /// Reads a text.
    ///
    /// - Parameter text: See the type.
    public init?(_ text: String) {
        guard text != "none" else {
            self = .none
            return
        }
        guard text.utf8.allSatisfy({ $0 > UInt8(ascii: " ") && $0 < 127 }) else { return nil }
        let begin = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let (scheme, rest) = (text[..<begin].lowercased(), text[begin...])
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        let authority = rest[..<end]
        let host = authority[(authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...]
        let hadCredentials = host.count != authority.count
        // Where there are credentials, it is they that are refused: a message on the scheme would have the text in it.
        guard !host.isEmpty, !host.hasPrefix(":"), ["http://", "https://"].contains(scheme) || hadCredentials else {
            return nil
        }
        var path = rest[end...].prefix { !"?#".contains($0) }
        while path.hasSuffix("/") { path.removeLast() }
        self.init(description: scheme + host + path, hadCredentials: hadCredentials)
    }

    /// Whether there is a server.
    public var isServer: Bool { self != .none }

    /// Whether the server is this machine, which no proxy leads to.
    var isLocal: Bool {
        guard let begin = description.firstRange(of: "://")?.upperBound else { return false }
        let authority = description[begin...].prefix { $0 != "/" }
        if authority.hasPrefix("[::1]") { return true }
        let host = authority.prefix { $0 != ":" }.lowercased()
        return host == "localhost" || host.hasPrefix("127.")
    }

    /// Equal where the servers are; how they were written does not matter.
    public static func == (a: TrackingURI, b: TrackingURI) -> Bool { a.description == b.description }

    /// As of equality.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
