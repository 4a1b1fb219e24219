/// A value that is coded as its description: one text.
public protocol CodableAsText: LosslessStringConvertible, Codable {}

extension CodableAsText {
    /// Reads the text.
    ///
    /// - Throws: `DecodingError` where the text is no such value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no \(Self.self)")
        }
        self = value
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
