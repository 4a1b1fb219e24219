/// A rectangle of an image in pixels, from its upper left corner.
public struct CropBox: Equatable, Sendable, Codable {
    /// First column.
    public var x: Int
    /// First row.
    public var y: Int
    /// Columns.
    public var width: Int
    /// Rows.
    public var height: Int

    /// The box in an image whose rows and columns are to this one's as `1 << levels` to 1, no larger than that image.
    public func enlarged(by levels: Int, rows: Int, columns: Int) -> CropBox {
        let (x, y) = (x << levels, y << levels)
        return CropBox(
            x: x, y: y, width: min(width << levels, columns - x), height: min(height << levels, rows - y))
    }

    /// A box of the given place and size.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}
