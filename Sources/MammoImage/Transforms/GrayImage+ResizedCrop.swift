import CKernels
import MammoDICOM

extension GrayImage {
    /// `torchvision.transforms.v2.functional.resized_crop` of an 8-bit tensor, bilinear and antialiased, to the bit: columns
    /// first, 8 bits between, weights of 16 bits. (Pillow's resize has weights of 32, and other values here and there.)
    ///
    /// - Parameters:
    ///   - box: Within the image.
    ///   - rows: Rows of the result, at least 1.
    ///   - columns: Columns of the result, at least 1.
    /// - Returns: The box's pixels, brought to that size.
    package func resizedCrop(_ box: PixelBox, rows: Int, columns: Int) -> GrayImage {
        precondition(
            contains(box) && rows > 0 && columns > 0, "a crop lies within the image and becomes one with pixels")
        let across = columns == box.width ? nil : ShortAxis(from: box.width, to: columns)
        let down = rows == box.height ? nil : ShortAxis(from: box.height, to: rows)
        let crop = pixels.withUnsafeBufferPointer { pixels in
            let corner = UnsafeBufferPointer(rebasing: pixels[(box.top * self.columns + box.left)...])
            return [UInt8](largeCapacity: box.height * columns) { out, count in
                count = box.height * columns
                guard let across else {
                    for row in 0..<box.height {
                        let values = corner[row * self.columns..<row * self.columns + columns]
                        _ = out[row * columns..<(row + 1) * columns].update(fromContentsOf: values)
                    }
                    return
                }
                ckernels_resample_columns_in_16_bits(
                    corner.baseAddress, box.height, self.columns, across.spans, across.weights, across.taps,
                    across.bits, out.baseAddress, columns)
            }
        }
        guard let down else { return GrayImage(rows: rows, columns: columns, pixels: crop) }
        let resized = [UInt8](largeCapacity: rows * columns) { out, count in
            ckernels_resample_rows_in_16_bits(
                crop, columns, columns, down.spans, down.weights, down.taps, down.bits, out.baseAddress, rows)
            count = rows * columns
        }
        return GrayImage(rows: rows, columns: columns, pixels: resized)
    }
}

/// An axis's weights as PyTorch has them of 8-bit tensors: as many binary places as let the largest fit into 16 bits.
private struct ShortAxis {
    let spans: [ckernels_span]
    let weights: [Int16]
    let taps: Int
    let bits: UInt32

    init(from source: Int, to count: Int) {
        let axis = ResampleAxis.Exact(from: source, to: count, by: .bilinear)
        let largest = axis.weights.max() ?? 0
        var bits: UInt32 = 0
        while bits < 22, Int(0.5 + largest * Double(1 << (bits + 1))) < 1 << 15 { bits += 1 }
        weights = axis.weights.map { Int16(0.5 + $0 * Double(1 << bits)) }
        (spans, taps, self.bits) = (axis.spans, axis.taps, bits)
    }
}
