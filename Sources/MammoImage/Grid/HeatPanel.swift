/// An image, beside it the same with heat over it and a scale of its colours, and lines below.
public struct HeatPanel: Sendable {
    private let image: GrayImage
    private let overlay: ColorImage
    private let caption: [String]
    /// Pixels for one of the font's: lines stay readable when a large picture is looked at as a whole.
    private let scale: Int

    /// A panel of an image.
    ///
    /// - Parameters:
    ///   - image: What lies below the heat.
    ///   - heat: A map of the same field, coarser, none of its values below zero; shown as shares of the largest.
    ///   - heatRows: Rows of the map.
    ///   - heatColumns: Columns of the map.
    ///   - caption: Lines, each of which is shortened where it does not fit.
    public init(_ image: GrayImage, heat: [Float], heatRows: Int, heatColumns: Int, caption: [String]) {
        self.image = image
        overlay = ColorImage(image, heat: heat, heatRows: heatRows, heatColumns: heatColumns)
        self.caption = caption
        scale = max(1, image.rows / 240)
    }

    private var margin: Int { 8 * scale }
    private var barColumns: Int { 8 * scale }
    private static let ends = (most: "max", least: "0")

    /// The panel as a picture: a little more than twice as wide as the image.
    public var picture: ColorImage {
        let lineRows = (PixelFont.glyphRows + 2) * scale
        let overlayX = 2 * margin + image.columns
        let barX = overlayX + image.columns + margin
        let endsX = barX + barColumns + 2 * scale
        let columns = endsX + Self.ends.most.count * PixelFont.advance * scale + margin
        let rows = 2 * margin + image.rows + caption.count * lineRows
        var canvas = Canvas(rows: rows, columns: columns, gray: ImageGrid.ground)
        canvas.draw(image, x: margin, y: margin)
        let lowest = margin + image.rows - PixelFont.glyphRows * scale
        canvas.draw(Self.ends.most, x: endsX, y: margin, scale: scale, gray: ImageGrid.otherLines)
        canvas.draw(Self.ends.least, x: endsX, y: lowest, scale: scale, gray: ImageGrid.otherLines)
        let fitting = (columns - 2 * margin + scale) / (PixelFont.advance * scale)
        for (line, text) in caption.enumerated() {
            canvas.draw(
                text.shortened(to: fitting), x: margin, y: margin + image.rows + 4 * scale + line * lineRows,
                scale: scale,
                gray: line == 0 ? ImageGrid.firstLine : ImageGrid.otherLines)
        }
        var colours = ColorCanvas(canvas)
        colours.draw(overlay, x: overlayX, y: margin)
        colours.draw(bar, x: barX, y: margin)
        return colours.image
    }

    /// The colours from the largest value, above, to zero, over a middle gray.
    private var bar: ColorImage {
        let ground = GrayImage(
            rows: image.rows, columns: barColumns,
            pixels: [UInt8](repeating: 128, count: image.rows * barColumns))
        let steps = 256
        return ColorImage(
            ground, heat: (0..<steps).map { Float(steps - 1 - $0) }, heatRows: steps, heatColumns: 1)
    }

    /// Panels in two columns below a title.
    ///
    /// - Parameters:
    ///   - title: The line above.
    ///   - pictures: One or more, as `picture` makes them.
    ///   - scale: Pixels of the title for one of the font's.
    /// - Returns: One picture; cells are as large as the largest needs.
    public static func sheet(title: String, _ pictures: [ColorImage], scale: Int = 2) -> ColorImage {
        let across = min(2, max(1, pictures.count))
        let (cellRows, cellColumns) = (
            pictures.map(\.rows).max() ?? 0, pictures.map(\.columns).max() ?? 0
        )
        let top = (PixelFont.glyphRows + 8) * scale
        let down = (pictures.count + across - 1) / across
        var canvas = Canvas(rows: top + down * cellRows, columns: across * cellColumns, gray: ImageGrid.ground)
        let fitting = canvas.columns / (PixelFont.advance * scale) - 2
        canvas.draw(
            title.shortened(to: fitting), x: 4 * scale, y: 4 * scale, scale: scale, gray: ImageGrid.firstLine)
        var colours = ColorCanvas(canvas)
        for (number, picture) in pictures.enumerated() {
            colours.draw(picture, x: number % across * cellColumns, y: top + number / across * cellRows)
        }
        return colours.image
    }
}
