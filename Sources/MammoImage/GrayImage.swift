/// An 8-bit gray image: rows × columns of bytes, row by row without gaps, 0 black.
public struct GrayImage: Equatable, Sendable {
    /// Height in pixels.
    public let rows: Int
    /// Width in pixels.
    public let columns: Int
    /// `rows * columns` values.
    public let pixels: [UInt8]

    /// Wraps `pixels`, of which there are `rows * columns`.
    public init(rows: Int, columns: Int, pixels: [UInt8]) {
        precondition(pixels.count == rows * columns, "a gray image has rows * columns pixels")
        self.rows = rows
        self.columns = columns
        self.pixels = pixels
    }

    /// An image of zeros.
    public static func black(rows: Int, columns: Int) -> GrayImage {
        GrayImage(rows: rows, columns: columns, pixels: [UInt8](repeating: 0, count: rows * columns))
    }
}
