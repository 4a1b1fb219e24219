import CKernels

/// An image under the binomial 5×5 filter: `cv2.GaussianBlur(image, (5, 5), 0)` to the bit.
///
/// Its rows are computed again each time they are needed, which is faster than to store the whole and read it back.
package struct SmoothedRows {
    private let image: GrayImage
    private let kernels: UnsafePointer<ckernels_image_kernels>

    package init(of image: GrayImage, _ kernels: UnsafePointer<ckernels_image_kernels> = ckernels_best_image_kernels())
    {
        self.image = image
        self.kernels = kernels
    }

    /// Hands over one row after the other; each is valid during its call only.
    package func forEach(_ body: (_ row: Int, _ values: UnsafePointer<UInt8>) -> Void) {
        let (rows, columns) = (image.rows, image.columns)
        guard rows > 0, columns > 0 else { return }
        let smooth = kernels.pointee.smooth
        image.pixels.withUnsafeBufferPointer { pixels in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: columns) { smoothed in
                let margins = 2 * Int(ckernels_smooth_margin)
                withUnsafeTemporaryAllocation(of: UInt16.self, capacity: columns + margins) { sums in
                    guard let first = pixels.baseAddress, let out = smoothed.baseAddress else { return }
                    for row in 0..<rows {
                        var around = (-2...2).map {
                            first + ckernels_mirrored(row + $0, rows) * columns as UnsafePointer?
                        }
                        smooth?(&around, columns, sums.baseAddress, out)
                        body(row, out)
                    }
                }
            }
        }
    }

    /// How often each value is there.
    package func histogram() -> [Int] {
        var lanes = ckernels_histogram()
        forEach { _, values in kernels.pointee.count(values, image.columns, &lanes) }
        return withUnsafeBytes(of: lanes) { bytes in
            let counts = bytes.bindMemory(to: UInt32.self)
            return (0..<256).map { value in
                (0..<Int(ckernels_histogram_lanes)).reduce(0) { $0 + Int(counts[$1 * 256 + value]) }
            }
        }
    }

    /// The connected regions above `threshold`.
    package func regions(above threshold: UInt8) -> ConnectedRegions {
        let columns = image.columns
        var bits = [UInt64](repeating: 0, count: (columns + 63) / 64)
        var runs = [ckernels_run](repeating: ckernels_run(), count: (columns + 1) / 2)
        var regions = ConnectedRegions()
        forEach { row, values in
            kernels.pointee.above(values, columns, threshold, &bits)
            let count = ckernels_runs(bits, columns, &runs)
            regions.add(runs[..<count], row: row)
        }
        return regions
    }
}
