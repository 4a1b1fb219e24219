/// A gray image: rows × columns of samples, row by row without gaps, 0 black and `Sample.max` white.
public struct GrayRaster<Sample: FixedWidthInteger & UnsignedInteger & Sendable>: Equatable, Sendable {
    /// Height in pixels.
    public let rows: Int
    /// Width in pixels.
    public let columns: Int
    /// `rows * columns` values.
    public let pixels: [Sample]

    /// Wraps `pixels`, of which there are `rows * columns`.
    public init(rows: Int, columns: Int, pixels: [Sample]) {
        precondition(pixels.count == rows * columns, "a gray image has rows * columns pixels")
        self.rows = rows
        self.columns = columns
        self.pixels = pixels
    }

    /// An image of zeros.
    public static func black(rows: Int, columns: Int) -> GrayRaster {
        GrayRaster(rows: rows, columns: columns, pixels: [Sample](repeating: 0, count: rows * columns))
    }
}

/// 8 bits a pixel, as the reference pipeline has it.
public typealias GrayImage = GrayRaster<UInt8>

/// 16 bits a pixel.
public typealias GrayImage16 = GrayRaster<UInt16>
