import MammoDICOM

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

    /// Some pixels of the image on black.
    ///
    /// - Parameters:
    ///   - box: Within the image.
    ///   - size: The result's; the box has room in it.
    ///   - top: Black rows above the box.
    ///   - left: Black columns to the left of it.
    /// - Returns: An image of that size.
    func placed(_ box: CropBox, in size: PixelSize, top: Int, left: Int) -> GrayRaster {
        let placed = [Sample](largeCapacity: size.rows * size.columns) { out, count in
            out.initialize(repeating: 0)
            pixels.withUnsafeBufferPointer { source in
                for row in 0..<box.height {
                    let from = (box.y + row) * columns + box.x
                    let to = (top + row) * size.columns + left
                    _ = out[to..<(to + box.width)].update(fromContentsOf: source[from..<(from + box.width)])
                }
            }
            count = size.rows * size.columns
        }
        return GrayRaster(rows: size.rows, columns: size.columns, pixels: placed)
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
