/// Which share of an epoch's draws have cancer: 1/7 or 0.142857.
public struct PositiveFraction: Equatable, Sendable, CodableAsText {
    /// Above 0 and below 1.
    public let value: Double
    /// As it was written: a quotient stays one.
    public let description: String

    /// Reads a share; nil for what is none.
    ///
    /// - Parameter text: A number, or two whole numbers with a slash between, above 0 and below 1.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let number: Double? =
            if parts.count == 2, let above = Int(parts[0]), let below = Int(parts[1]), below > 0 {
                Double(above) / Double(below)
            } else if parts.count == 1 {
                Double(text)
            } else {
                nil
            }
        guard let number, number > 0, number < 1 else { return nil }
        (value, description) = (number, text)
    }

    /// Whether both are the same share.
    public static func == (one: PositiveFraction, other: PositiveFraction) -> Bool { one.value == other.value }
}
