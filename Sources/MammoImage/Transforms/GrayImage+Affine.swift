import CKernels
import MammoDICOM

extension GrayImage {
    /// How values between pixels are found.
    package enum Sampling: Sendable {
        /// From the four around, weighted; black lies outside. torchvision's `interpolation=BILINEAR, fill=0`.
        case bilinear
        /// The nearest. torchvision's `interpolation=NEAREST`.
        case nearest
    }

    /// `torchvision.transforms.v2.functional.affine` of an 8-bit tensor on the CPU, to the bit.
    ///
    /// - Parameters:
    ///   - map: Made for an image of this size.
    ///   - sampling: How values between pixels are found.
    /// - Returns: An image of the same size, black where the map leads outside.
    package func transformed(by map: AffineMap, _ sampling: Sampling) -> GrayImage {
        guard !pixels.isEmpty else { return self }
        let matrix = map.matrix.map(Float.init)
        let (halfWidth, halfHeight) = (Float(0.5 * Double(columns)), Float(0.5 * Double(rows)))
        let padded = padded(by: Int(ckernels_affine_margin))
        let transformed = [UInt8](largeCapacity: rows * columns) { out, count in
            padded.withUnsafeBufferPointer { padded in
                var map = ckernels_affine(
                    padded: padded.baseAddress, rows: Int32(rows), columns: Int32(columns),
                    across: (matrix[0] / halfWidth, matrix[1] / halfWidth, matrix[2] / halfWidth),
                    down: (matrix[3] / halfHeight, matrix[4] / halfHeight, matrix[5] / halfHeight))
                let set = ckernels_best_instruction_set()
                switch sampling {
                case .bilinear: ckernels_affine_bilinear(set, &map, out.baseAddress)
                case .nearest: ckernels_affine_nearest(set, &map, out.baseAddress)
                }
            }
            count = rows * columns
        }
        return GrayImage(rows: rows, columns: columns, pixels: transformed)
    }

    /// The pixels with black all around, so that no place has to be tested before it is read.
    func padded(by margin: Int) -> [UInt8] {
        let (height, width) = (rows + 2 * margin, columns + 2 * margin)
        return [UInt8](largeCapacity: height * width) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                out.initialize(repeating: 0)
                for row in 0..<rows {
                    let start = (row + margin) * width + margin
                    let values = pixels[row * columns..<(row + 1) * columns]
                    _ = out[start..<start + columns].update(fromContentsOf: values)
                }
            }
            count = height * width
        }
    }
}
