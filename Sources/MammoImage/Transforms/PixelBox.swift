/// A rectangle of pixels within an image.
package struct PixelBox: Equatable, Sendable {
    /// Rows above it.
    package var top: Int
    /// Columns to its left.
    package var left: Int
    /// Its rows.
    package var height: Int
    /// Its columns.
    package var width: Int

    /// A box of `height` × `width` pixels at row `top`, column `left`.
    package init(top: Int, left: Int, height: Int, width: Int) {
        (self.top, self.left, self.height, self.width) = (top, left, height, width)
    }
}

extension GrayRaster {
    /// Whether a box has pixels and lies within the image.
    func contains(_ box: PixelBox) -> Bool {
        box.top >= 0 && box.left >= 0 && box.height > 0 && box.width > 0 && box.top + box.height <= rows
            && box.left + box.width <= columns
    }

    // Of any depth, and called here alone for both: what is generic is not fast across modules.

    fileprivate func blackened(in box: PixelBox) -> GrayRaster {
        precondition(contains(box), "what is erased lies within the image")
        var erased = pixels
        erased.withUnsafeMutableBufferPointer { erased in
            for row in box.top..<box.top + box.height {
                let start = row * columns + box.left
                erased[start..<start + box.width].update(repeating: 0)
            }
        }
        return GrayRaster(rows: rows, columns: columns, pixels: erased)
    }

    fileprivate var withColumnsTurned: GrayRaster {
        let flipped = [Sample](unsafeUninitializedCapacity: pixels.count) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                for start in stride(from: 0, to: pixels.count, by: max(1, columns)) {
                    for column in 0..<columns { out[start + column] = pixels[start + columns - 1 - column] }
                }
            }
            count = pixels.count
        }
        return GrayRaster(rows: rows, columns: columns, pixels: flipped)
    }

    fileprivate var withRowsTurned: GrayRaster {
        var flipped: [Sample] = []
        flipped.reserveCapacity(pixels.count)
        for row in (0..<rows).reversed() { flipped += pixels[row * columns..<(row + 1) * columns] }
        return GrayRaster(rows: rows, columns: columns, pixels: flipped)
    }
}

extension GrayImage {
    /// The image with a box of it black: `torchvision.transforms.v2.functional.erase` with the value 0.
    ///
    /// - Parameter box: Within the image.
    /// - Returns: An image of the same size.
    package func erasing(_ box: PixelBox) -> GrayImage { blackened(in: box) }

    /// Left and right changed: `horizontal_flip`.
    package func flippedHorizontally() -> GrayImage { withColumnsTurned }

    /// Top and bottom changed: `vertical_flip`.
    package func flippedVertically() -> GrayImage { withRowsTurned }
}

extension GrayImage16 {
    /// The image with a box of it black.
    ///
    /// - Parameter box: Within the image.
    /// - Returns: An image of the same size.
    package func erasing(_ box: PixelBox) -> GrayImage16 { blackened(in: box) }

    /// Left and right changed.
    package func flippedHorizontally() -> GrayImage16 { withColumnsTurned }

    /// Top and bottom changed.
    package func flippedVertically() -> GrayImage16 { withRowsTurned }
}
