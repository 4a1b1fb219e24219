/// A color image: rows × columns of red, green and blue, row by row without gaps.
public struct ColorImage: Equatable, Sendable {
    /// Height in pixels.
    public let rows: Int
    /// Width in pixels.
    public let columns: Int
    /// `rows * columns * 3` values.
    public let pixels: [UInt8]

    /// Wraps `pixels`, of which there are `rows * columns * 3`.
    ///
    /// - Parameters:
    ///   - rows: Height in pixels.
    ///   - columns: Width in pixels.
    ///   - pixels: Red, green and blue of each.
    public init(rows: Int, columns: Int, pixels: [UInt8]) {
        precondition(pixels.count == rows * columns * 3, "a color image has rows * columns * 3 values")
        self.rows = rows
        self.columns = columns
        self.pixels = pixels
    }

    /// A gray image with heat over it: where the map is zero the image shows as it is, where it is largest in yellow.
    ///
    /// - Parameters:
    ///   - image: What lies below.
    ///   - heat: A map of the same field, coarser, none of its values below zero; shown as shares of the largest.
    ///   - heatRows: Rows of the map.
    ///   - heatColumns: Columns of the map.
    public init(_ image: GrayImage, heat: [Float], heatRows: Int, heatColumns: Int) {
        precondition(heat.count == heatRows * heatColumns && !heat.isEmpty, "a map has rows * columns values")
        let largest = max(heat.max() ?? 0, .leastNormalMagnitude)
        let across = (0..<image.columns).map { Self.neighbours(of: $0, in: image.columns, heatColumns) }
        var pixels: [UInt8] = []
        pixels.reserveCapacity(image.pixels.count * 3)
        for row in 0..<image.rows {
            let (above, below, down) = Self.neighbours(of: row, in: image.rows, heatRows)
            for column in 0..<image.columns {
                let (left, right, along) = across[column]
                func line(_ y: Int) -> Float {
                    heat[y * heatColumns + left] * (1 - along) + heat[y * heatColumns + right] * along
                }
                let value = (line(above) * (1 - down) + line(below) * down) / largest
                let gray = Float(image.pixels[row * image.columns + column])
                // From red to yellow, and never so dense that the tissue cannot be seen.
                let share = 0.6 * value
                for color in [255, 255 * max(0, 2 * value - 1), 0] as [Float] {
                    pixels.append(UInt8(min(255, gray * (1 - share) + color * share)))
                }
            }
        }
        self.init(rows: image.rows, columns: image.columns, pixels: pixels)
    }

    /// The two cells of a coarser line whose centers a pixel's center lies between, and the second's share.
    private static func neighbours(of pixel: Int, in pixels: Int, _ cells: Int) -> (Int, Int, Float) {
        let place = (Float(pixel) + 0.5) * Float(cells) / Float(pixels) - 0.5
        let held = min(max(place, 0), Float(cells - 1))
        let first = Int(held)
        return (first, min(first + 1, cells - 1), held - Float(first))
    }
}
