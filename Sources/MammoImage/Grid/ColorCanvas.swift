/// Pixels in colour to draw on; what lies outside is left out.
struct ColorCanvas {
    private let rows: Int
    private let columns: Int
    private var pixels: [UInt8]

    /// Begins with gray pixels: the ground, and what is written on it.
    init(_ canvas: Canvas) {
        (rows, columns) = (canvas.rows, canvas.columns)
        pixels = canvas.image.pixels.flatMap { [$0, $0, $0] }
    }

    var image: ColorImage { ColorImage(rows: rows, columns: columns, pixels: pixels) }

    /// Puts `image` with its upper left corner at (`x`, `y`), which lies within.
    mutating func draw(_ image: ColorImage, x: Int, y: Int) {
        let width = 3 * min(image.columns, columns - x)
        guard width > 0 else { return }
        for row in 0..<min(image.rows, rows - y) {
            let (from, to) = (row * image.columns * 3, ((y + row) * columns + x) * 3)
            pixels.replaceSubrange(to..<to + width, with: image.pixels[from..<from + width])
        }
    }
}
