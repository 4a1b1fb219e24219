/// Rows and columns of an image as a person writes them: `2048x1024`.
public struct PixelSize: Equatable, Sendable, LosslessStringConvertible {
    /// What a text has to be, for messages.
    public static let expected = "ROWSxCOLUMNS, each 1 to 16384, such as 2048x1024"

    /// Rows of pixels.
    public let rows: Int
    /// Columns of pixels.
    public let columns: Int

    /// A size of so many rows and columns.
    public init(rows: Int, columns: Int) { (self.rows, self.columns) = (rows, columns) }

    /// Reads a size; nil where the text is none.
    ///
    /// - Parameter text: Rows, an x, columns.
    public init?(_ text: String) {
        let parts = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let rows = parts[0], let columns = parts[1],
            (1...16_384).contains(rows), (1...16_384).contains(columns)
        else { return nil }
        self.init(rows: rows, columns: columns)
    }

    /// As `init` reads it.
    public var description: String { "\(rows)x\(columns)" }
}
