/// A value that a configuration cannot have.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The key, in snake_case.
    public let key: String
    /// What it holds; nil for nothing.
    public let value: String?
    /// What it should.
    public let expected: String

    /// A value that cannot be.
    ///
    /// - Parameters:
    ///   - key: The key, in snake_case.
    ///   - value: What it holds; nil for nothing.
    ///   - expected: What it should.
    public init(key: String, value: String?, expected: String) {
        (self.key, self.value, self.expected) = (key, value, expected)
    }

    /// One line, the key first.
    public var description: String { "\(key) \(reason)" }

    /// The line without the key, for whoever calls it otherwise.
    public var reason: String {
        guard let value, !value.isEmpty else { return "is not given, expected \(expected)" }
        return "is \(value), expected \(expected)"
    }
}
