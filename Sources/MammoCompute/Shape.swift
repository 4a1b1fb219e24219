/// The shape of a tensor: images of rows × columns positions, each with its channels; channels lie next to each other
/// in memory, then columns, rows and images (N·H·W rows of C).
public struct Shape: Hashable, Sendable, CustomStringConvertible {
    /// How many images: N.
    public var images: Int
    /// Rows of an image: H.
    public var rows: Int
    /// Columns of an image: W.
    public var columns: Int
    /// Values at a position: C.
    public var channels: Int

    /// A shape from its four extents, of which none may be negative.
    public init(images: Int = 1, rows: Int = 1, columns: Int = 1, channels: Int) {
        precondition(images >= 0 && rows >= 0 && columns >= 0 && channels >= 0, "an extent below zero")
        self.images = images
        self.rows = rows
        self.columns = columns
        self.channels = channels
    }

    /// How many positions all images have: N·H·W.
    public var positions: Int { images * rows * columns }

    /// How many values: N·H·W·C.
    public var count: Int { positions * channels }

    /// The same positions with another number of channels.
    ///
    /// - Parameter channels: Values at a position.
    /// - Returns: N×H×W×channels.
    public func with(channels: Int) -> Shape {
        Shape(images: images, rows: rows, columns: columns, channels: channels)
    }

    /// N×H×W×C.
    public var description: String { "\(images)×\(rows)×\(columns)×\(channels)" }
}
