import MammoDICOM

/// Images in rows and columns on a dark ground, with a caption under each.
public struct ImageGrid: Equatable, Sendable {
    /// Images side by side.
    public let columns: Int
    /// Rows of pixels that an image is brought to.
    public let tileHeight: Int

    /// A grid of `columns` tiles a row, `tileHeight` pixels each.
    public init(columns: Int, tileHeight: Int) {
        precondition(columns > 0 && tileHeight > 0, "a grid has columns, and tiles have rows")
        self.columns = columns
        self.tileHeight = tileHeight
    }

    /// Whether a grid of so many tiles is a picture that can be made and looked at, whatever the images' shapes.
    public static func isReasonable(rows: Int, columns: Int, tileHeight: Int) -> Bool {
        rows * columns * tileHeight * tileHeight <= FrameShape.mostPixels
    }

    /// An image at the grid's size, and the lines below it.
    public struct Tile: Equatable, Sendable {
        /// The image, scaled.
        public let image: GrayImage
        /// The lines, each of which is shortened where it does not fit.
        public let caption: [String]
    }

    /// Scales an image for the grid, its aspect ratio kept: to `tileHeight` rows, or fewer where it would become more than
    /// twice as wide as that. Shrinking averages over areas.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    public func tile(_ image: GrayImage, caption: [String]) throws(ImageError) -> Tile {
        try tile(.gray8(image), caption: caption)
    }

    /// The same of an image of either depth, which is scaled before it is rounded to the picture's 8 bits.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    public func tile(_ image: PreprocessedImage, caption: [String]) throws(ImageError) -> Tile {
        Tile(image: try image.thumbnail(height: tileHeight), caption: caption)
    }

    /// The picture of `tiles`, row by row. There are no more columns and rows than they fill.
    public func compose(_ tiles: [Tile]) -> GrayImage {
        precondition(!tiles.isEmpty, "a grid needs a tile")
        let layout = GridLayout(self, tiles)
        var canvas = Canvas(rows: layout.rows, columns: layout.columns, gray: Self.ground)
        for (number, tile) in tiles.enumerated() {
            let (x, y) = layout.cell(number)
            // Upon the caption where it is not as high as the others.
            canvas.draw(
                tile.image, x: x + (layout.cellColumns - tile.image.columns) / 2,
                y: y + layout.imageRows - tile.image.rows)
            for (line, text) in tile.caption.enumerated() {
                let fitting = text.shortened(to: layout.charactersInLine)
                canvas.draw(
                    fitting, x: x + (layout.cellColumns - layout.width(of: fitting)) / 2,
                    y: y + layout.top(ofLine: line),
                    scale: layout.textScale, gray: line == 0 ? Self.firstLine : Self.otherLines)
            }
        }
        return canvas.image
    }

    /// Neither the black of an image's background nor as bright as a breast, so that the tile's edges are seen.
    package static let ground: UInt8 = 56
    static let firstLine: UInt8 = 245
    static let otherLines: UInt8 = 190
}
