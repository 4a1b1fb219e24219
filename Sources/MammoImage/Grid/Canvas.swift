/// Gray pixels to draw on; what lies outside is left out.
package struct Canvas {
    package let rows: Int
    package let columns: Int
    private var pixels: [UInt8]

    package init(rows: Int, columns: Int, gray: UInt8) {
        self.rows = rows
        self.columns = columns
        pixels = [UInt8](repeating: gray, count: rows * columns)
    }

    package var image: GrayImage { GrayImage(rows: rows, columns: columns, pixels: pixels) }

    /// Puts `image` with its upper left corner at (`x`, `y`).
    package mutating func draw(_ image: GrayImage, x: Int, y: Int) {
        for row in max(0, -y)..<max(max(0, -y), min(image.rows, rows - y)) {
            for column in max(0, -x)..<max(max(0, -x), min(image.columns, columns - x)) {
                pixels[(y + row) * columns + x + column] = image.pixels[row * image.columns + column]
            }
        }
    }

    /// Writes `text` from (`x`, `y`) on, each of the font's pixels a square of `scale`.
    package mutating func draw(_ text: String, x: Int, y: Int, scale: Int, gray: UInt8) {
        for (number, character) in text.enumerated() {
            let left = x + number * PixelFont.advance * scale
            for (row, bits) in PixelFont.glyph(character).enumerated() {
                for column in 0..<PixelFont.glyphColumns where bits >> (PixelFont.glyphColumns - 1 - column) & 1 == 1 {
                    fill(x: left + column * scale, y: y + row * scale, side: scale, gray: gray)
                }
            }
        }
    }

    private mutating func fill(x: Int, y: Int, side: Int, gray: UInt8) {
        for row in y..<(y + side) where (0..<rows).contains(row) {
            for column in x..<(x + side) where (0..<columns).contains(column) { pixels[row * columns + column] = gray }
        }
    }
}
