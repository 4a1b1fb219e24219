import CKernels
import MammoDICOM

extension GrayImage {
    /// albumentations' `GridDistortion(num_steps, distort_limit, normalized=True)` with given steps: bilinear, and no pixel comes
    /// from outside. To the bit as albumentations 1.4 with OpenCV 4, which samples at 32nds of a pixel.
    ///
    /// - Parameters:
    ///   - across: How large each step is beside the others, above 0: one more than there are whole steps in the image's width.
    ///   - down: The same of its height.
    /// - Returns: An image of the same size; the same image where a side has fewer pixels than steps.
    package func gridDistorted(across: [Double], down: [Double]) -> GrayImage {
        guard let columnTaps = Self.taps(columns, across), let rowTaps = Self.taps(rows, down) else { return self }
        let distorted = [UInt8](largeCapacity: rows * columns) { out, count in
            ckernels_remap_grid(pixels, columns, columnTaps, columns, rowTaps, rows, out.baseAddress)
            count = rows * columns
        }
        return GrayImage(rows: rows, columns: columns, pixels: distorted)
    }

    /// Where each of `count` rows or columns comes from.
    private static func taps(_ count: Int, _ steps: [Double]) -> [ckernels_tap]? {
        let size = count / max(1, steps.count - 1)
        guard size > 0, steps.count > 1 else { return nil }
        return places(count, size, normalised(steps, count, size)).map { place in
            let part = Int((place * 32).rounded(.toNearestOrEven))
            let (first, share) = (part >> 5, Int32(part & 31))
            func isInside(_ place: Int) -> Bool { (0..<count).contains(place) }
            return ckernels_tap(
                first: Int32(min(max(first, 0), count - 1)), second: Int32(min(max(first + 1, 0), count - 1)),
                first_part: isInside(first) ? 32 - share : 0, second_part: isInside(first + 1) ? share : 0)
        }
    }

    /// The steps' sizes such that all together are as long as the side: the last one, which may have fewer pixels, counts less.
    private static func normalised(_ steps: [Double], _ count: Int, _ size: Int) -> [Double] {
        var steps = steps
        let last = steps.count - 1
        steps[last] *= Double(min(count, steps.count * size) - last * size) / Double(size)
        let factor = Double(count) / Double(size) / steps.reduce(0, +)
        return steps.map { $0 * factor }
    }

    /// Evenly from where a step begins to where it ends, both included: `numpy.linspace`.
    private static func places(_ count: Int, _ size: Int, _ steps: [Double]) -> [Float] {
        var places = [Float](repeating: 0, count: count)
        var begin = 0.0
        for (number, step) in steps.enumerated() {
            let end = begin + Double(size) * step
            let own = number * size..<min((number + 1) * size, count)
            let interval = (end - begin) / Double(max(1, own.count - 1))
            for place in own {
                let isLast = place == own.upperBound - 1 && own.count > 1
                places[place] = Float(isLast ? end : Double(place - own.lowerBound) * interval + begin)
            }
            begin = end
        }
        return places
    }
}
