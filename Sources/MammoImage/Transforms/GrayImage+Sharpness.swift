extension GrayImage {
    /// `adjust_sharpness`, to the bit: away from the image smoothed by 1 1 1, 1 5 1, 1 1 1 over 13, or towards it. The
    /// border stays as it is.
    ///
    /// - Parameter factor: 0 smooths, 1 changes nothing, 2 sharpens.
    /// - Returns: An image of the same size.
    package func sharpened(by factor: Double) -> GrayImage {
        guard rows > 2, columns > 2 else { return self }
        let table = Self.sharpening(by: Float(1 - factor))
        var sharpened = pixels
        pixels.withUnsafeBufferPointer { pixels in
            sharpened.withUnsafeMutableBufferPointer { out in
                table.withUnsafeBufferPointer { table in
                    for row in 1..<rows - 1 {
                        for i in row * columns + 1..<(row + 1) * columns - 1 {
                            let above =
                                Int32(pixels[i - columns - 1]) &+ Int32(pixels[i - columns])
                                &+ Int32(pixels[i - columns + 1])
                            let beside = Int32(pixels[i - 1]) &+ 5 &* Int32(pixels[i]) &+ Int32(pixels[i + 1])
                            let below =
                                Int32(pixels[i + columns - 1]) &+ Int32(pixels[i + columns])
                                &+ Int32(pixels[i + columns + 1])
                            // No sum over 13 ends in a half, so that whole numbers round as PyTorch's sums do.
                            let smooth = (2 &* (above &+ beside &+ below) &+ 13) / 26
                            out[i] = table[Int(pixels[i]) << 8 | Int(smooth)]
                        }
                    }
                }
            }
        }
        return GrayImage(rows: rows, columns: columns, pixels: sharpened)
    }

    /// What becomes of each pixel and its smoothed value.
    private static func sharpening(by share: Float) -> [UInt8] {
        var table: [UInt8] = []
        table.reserveCapacity(1 << 16)
        for pixel in 0..<256 {
            for smooth in 0..<256 {
                let value = Float(pixel).addingProduct(Float(smooth - pixel), share)
                table.append(UInt8(min(max(value, 0), 255)))
            }
        }
        return table
    }
}
