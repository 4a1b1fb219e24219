/// Where everything in a grid lies, in pixels.
package struct GridLayout {
    /// Of the whole picture.
    let rows: Int
    /// Of the whole picture.
    let columns: Int
    /// As wide as the widest image.
    let cellColumns: Int
    /// As high as the highest image.
    let imageRows: Int
    /// Pixels for one of the font's.
    let textScale: Int

    private let acrossCount: Int
    private let cellRows: Int
    private let margin: Int

    package init(_ grid: ImageGrid, _ tiles: [ImageGrid.Tile]) {
        // At 240 rows `{patient}_{image}.png` of twenty characters just fits under an image of 1:2.
        textScale = max(1, grid.tileHeight / 240)
        margin = 10 * textScale
        cellColumns = max(grid.tileHeight / 2, tiles.map(\.image.columns).max() ?? 0)
        imageRows = tiles.map(\.image.rows).max() ?? 0
        let lines = tiles.map(\.caption.count).max() ?? 0
        cellRows = imageRows + (lines > 0 ? Self.gap * textScale : 0) + lines * Self.lineRows * textScale
        acrossCount = min(grid.columns, tiles.count)
        let downCount = (tiles.count + acrossCount - 1) / acrossCount
        rows = margin + downCount * (cellRows + margin)
        columns = margin + acrossCount * (cellColumns + margin)
    }

    /// The font's rows between an image and its caption.
    private static let gap = 4
    /// The font's rows from a line to the next.
    private static let lineRows = PixelFont.glyphRows + 2

    /// The upper left corner of a cell.
    func cell(_ number: Int) -> (x: Int, y: Int) {
        let (down, across) = number.quotientAndRemainder(dividingBy: acrossCount)
        return (margin + across * (cellColumns + margin), margin + down * (cellRows + margin))
    }

    /// The first row of a caption's line, below the cell's.
    func top(ofLine line: Int) -> Int { imageRows + (Self.gap + line * Self.lineRows) * textScale }

    /// How much fits under an image; what is between glyphs is not needed after the last.
    package var charactersInLine: Int { (cellColumns + textScale) / (PixelFont.advance * textScale) }

    func width(of text: String) -> Int { max(0, text.count * PixelFont.advance - 1) * textScale }
}
