/// Gray images of one size, and how they become a network's input: gray over the brightest (255, or 65,535 of 16 bits), less
/// a mean, over a deviation, each in single precision and in this order.
public struct GrayInput: Sendable {
    /// Pixels of each image, rows × columns of them.
    public enum Pixels: Sendable {
        /// Of 8 bits.
        case eight([[UInt8]])
        /// Of 16 bits.
        case sixteen([[UInt16]])
    }

    /// Of all images.
    public let pixels: Pixels
    /// images × rows × columns × 3.
    public let shape: Shape
    /// Whether left and right change places.
    public let turnsColumns: Bool
    /// Whether top and bottom change places.
    public let turnsRows: Bool
    /// Of each of the three channels.
    public let mean: [Float]
    /// Of each of the three channels, none of them zero.
    public let deviation: [Float]

    /// A batch of images of 8 bits a pixel.
    ///
    /// - Parameters:
    ///   - images: Each with rows × columns values.
    ///   - rows: Rows of each.
    ///   - columns: Columns of each.
    ///   - turnsColumns: Whether left and right change places.
    ///   - turnsRows: Whether top and bottom change places.
    ///   - mean: Of each of the three channels.
    ///   - deviation: Of each of the three channels, none of them zero.
    public init(
        _ images: [[UInt8]], rows: Int, columns: Int, turnsColumns: Bool = false, turnsRows: Bool = false,
        mean: [Float],
        deviation: [Float]
    ) {
        self.init(
            .eight(images), rows: rows, columns: columns, turnsColumns: turnsColumns, turnsRows: turnsRows, mean: mean,
            deviation: deviation)
    }

    /// A batch of images of either depth.
    ///
    /// - Parameters:
    ///   - pixels: Each image with rows × columns values.
    ///   - rows: Rows of each.
    ///   - columns: Columns of each.
    ///   - turnsColumns: Whether left and right change places.
    ///   - turnsRows: Whether top and bottom change places.
    ///   - mean: Of each of the three channels.
    ///   - deviation: Of each of the three channels, none of them zero.
    public init(
        _ pixels: Pixels, rows: Int, columns: Int, turnsColumns: Bool = false, turnsRows: Bool = false, mean: [Float],
        deviation: [Float]
    ) {
        let counts =
            switch pixels {
            case .eight(let images): images.map(\.count)
            case .sixteen(let images): images.map(\.count)
            }
        precondition(counts.allSatisfy { $0 == rows * columns }, "images of one size")
        precondition(mean.count == 3 && deviation.count == 3, "three channels")
        self.pixels = pixels
        shape = Shape(images: counts.count, rows: rows, columns: columns, channels: 3)
        (self.turnsColumns, self.turnsRows) = (turnsColumns, turnsRows)
        (self.mean, self.deviation) = (mean, deviation)
    }
}
