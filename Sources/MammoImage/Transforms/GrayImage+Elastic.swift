import CKernels
import Glibc
import MammoDICOM

extension GrayImage {
    /// torchvision's `ElasticTransform(alpha, sigma)` of an 8-bit tensor, bilinear with black outside, with given noise: within 1
    /// of torchvision's, since its Gaussian filter is one product of two dimensions and this one is two of one.
    ///
    /// - Parameters:
    ///   - noise: What is drawn: a number from -1 to 1 for each pixel, for its shift across and for that down.
    ///   - alpha: The size of the shifts: half of it times the smoothed noise, in pixels.
    ///   - sigma: The standard deviation of the Gaussian filter in pixels; 0 does not smooth. Beyond an edge noise is reflected,
    ///     as often as it takes (torchvision rejects images of fewer pixels than four times sigma).
    /// - Returns: An image of the same size.
    package func elasticallyTransformed(
        by noise: (across: [Float], down: [Float]), alpha: Double, sigma: Double
    ) -> GrayImage {
        guard !pixels.isEmpty else { return self }
        let (across, down) = (smoothed(noise.across, sigma), smoothed(noise.down, sigma))
        let padded = padded(by: Int(ckernels_affine_margin))
        let (columnPlaces, rowPlaces) = (Self.places(columns), Self.places(rows))
        let transformed = [UInt8](largeCapacity: rows * columns) { out, count in
            padded.withUnsafeBufferPointer { padded in
                across.withUnsafeBufferPointer { across in
                    down.withUnsafeBufferPointer { down in
                        columnPlaces.withUnsafeBufferPointer { columnPlaces in
                            rowPlaces.withUnsafeBufferPointer { rowPlaces in
                                var map = ckernels_elastic(
                                    padded: padded.baseAddress, rows: Int32(rows), columns: Int32(columns),
                                    column_places: columnPlaces.baseAddress, row_places: rowPlaces.baseAddress,
                                    across: across.baseAddress, down: down.baseAddress, alpha: Float(alpha))
                                ckernels_elastic_bilinear(ckernels_best_instruction_set(), &map, out.baseAddress)
                            }
                        }
                    }
                }
            }
            count = rows * columns
        }
        return GrayImage(rows: rows, columns: columns, pixels: transformed)
    }

    /// The middles of pixels between -1 and 1: `torch.linspace((1 - n) / n, (n - 1) / n, n)`, which counts from either end.
    private static func places(_ count: Int) -> [Float] {
        let last = Float(Double(count - 1) / Double(count))
        let step = count > 1 ? (last + last) / Float(count - 1) : 0
        return (0..<count).map { number in
            number < count / 2 ? -last + step * Float(number) : last - step * Float(count - 1 - number)
        }
    }

    /// torchvision's `gaussian_blur` with a kernel of `int(8 sigma + 1)`, or one more, values on a side.
    private func smoothed(_ noise: [Float], _ sigma: Double) -> [Float] {
        guard sigma > 0 else { return noise }
        let weights = Self.gaussian(sigma)
        let radius = weights.count / 2
        let set = ckernels_best_instruction_set()
        // Rows whose distance is no power of two: those under one another would share a few lines of the cache.
        let stride = columns + 16
        let filtered = [Float](largeCapacity: (rows + 2 * radius) * stride) { sums, count in
            sums.initialize(repeating: 0)
            guard let first = sums.baseAddress else { return }
            var line = [Float](repeating: 0, count: columns + 2 * radius)
            let sources = (-radius..<columns + radius).map { Self.reflected($0, within: columns) }
            noise.withUnsafeBufferPointer { noise in
                for row in 0..<rows {
                    for (place, source) in sources.enumerated() { line[place] = noise[row * columns + source] }
                    ckernels_weighted_sums(
                        set, line, 1, weights, weights.count, first + (row + radius) * stride, columns)
                }
            }
            for row in Array(-radius..<0) + Array(rows..<rows + radius) {
                let source = Self.reflected(row, within: rows) + radius
                (first + (row + radius) * stride).update(from: first + source * stride, count: columns)
            }
            count = sums.count
        }
        return [Float](largeCapacity: rows * columns) { out, count in
            filtered.withUnsafeBufferPointer { filtered in
                guard let first = filtered.baseAddress, let sums = out.baseAddress else { return }
                for row in 0..<rows {
                    ckernels_weighted_sums(
                        set, first + row * stride, stride, weights, weights.count, sums + row * columns, columns)
                }
            }
            count = rows * columns
        }
    }

    /// An odd number of weights whose sum is 1.
    private static func gaussian(_ sigma: Double) -> [Float] {
        let radius = Int(8 * sigma + 1) / 2
        let weights = (-radius...radius).map { exp(-0.5 * Double($0 * $0) / (sigma * sigma)) }
        let sum = weights.reduce(0, +)
        return weights.map { Float($0 / sum) }
    }

    /// A place beyond an edge, reflected about the pixel at the edge.
    private static func reflected(_ place: Int, within count: Int) -> Int {
        guard count > 1 else { return 0 }
        let period = 2 * (count - 1)
        let rest = ((place % period) + period) % period
        return min(rest, period - rest)
    }
}
