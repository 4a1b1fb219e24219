import CKernels
import Glibc
import MammoDICOM

extension GrayImage {
    /// albumentations' `Downscale` with OpenCV's area interpolation on the way down and bilinear on the way up, in single
    /// precision, rounded at the end: detail is lost. Within 1 of albumentations 1.4 and OpenCV, whose own sums depend on the
    /// CPU's vectors; these do not.
    ///
    /// - Parameter factor: Of both sides, above 0 and below 1. Where no row or no column would be left the image stays as it is.
    /// - Returns: An image of the same size.
    package func downscaled(by factor: Double) -> GrayImage {
        let small = (
            rows: Int((Double(rows) * factor).rounded(.toNearestOrEven)),
            columns: Int((Double(columns) * factor).rounded(.toNearestOrEven))
        )
        guard small.rows > 0, small.columns > 0 else { return self }
        let means = resampled(
            pixels.map(Float.init), columns, FloatAxis(meansOf: rows, to: small.rows, factor),
            FloatAxis(meansOf: columns, to: small.columns, factor))
        let enlarged = resampled(
            means, small.columns, FloatAxis(linearFrom: small.rows, to: rows),
            FloatAxis(linearFrom: small.columns, to: columns))
        return GrayImage(rows: rows, columns: columns, pixels: enlarged.map { UInt8(min(max(rint($0), 0), 255)) })
    }

    private func resampled(_ source: [Float], _ columns: Int, _ down: FloatAxis, _ across: FloatAxis) -> [Float] {
        var line = [Float](repeating: 0, count: columns)
        return [Float](largeCapacity: down.spans.count * across.spans.count) { out, count in
            down.withAxis { down in
                across.withAxis { across in
                    ckernels_resample_floats(source, columns, down, across, &line, out.baseAddress)
                }
            }
            count = down.spans.count * across.spans.count
        }
    }
}

/// Which values each new one is a sum of, with their weights.
private struct FloatAxis {
    private(set) var spans: [ckernels_span] = []
    private var weights: [Float] = []
    private let taps: Int

    /// OpenCV's INTER_AREA by a factor below 1: the mean of what a new pixel covers, parts of pixels by their share, those below a
    /// thousandth not at all.
    init(meansOf count: Int, to small: Int, _ factor: Double) {
        let scale = 1 / factor
        taps = Int(scale) + 2
        for pixel in 0..<small {
            let begin = Double(pixel) * scale
            let (end, width) = (begin + scale, min(scale, Double(count) - begin))
            let last = min(Int(end.rounded(.down)), count - 1)
            let first = min(Int(begin.rounded(.up)), last)
            var own: [(place: Int, weight: Double)] = []
            if Double(first) - begin > 1e-3 { own.append((first - 1, (Double(first) - begin) / width)) }
            own += (first..<last).map { ($0, 1 / width) }
            if end - Double(last) > 1e-3 { own.append((last, min(end - Double(last), 1, width) / width)) }
            append(own[0].place, own.map { Float($0.weight) })
        }
    }

    /// OpenCV's INTER_LINEAR: the two nearest pixels, beyond the edges the one there.
    init(linearFrom small: Int, to count: Int) {
        taps = 2
        let scale = 1 / (Double(count) / Double(small))
        for pixel in 0..<count {
            let place = Float((Double(pixel) + 0.5) * scale - 0.5)
            let first = Int(place.rounded(.down))
            let part = place - Float(first)
            if first < 0 || first >= small - 1 {
                append(first < 0 ? 0 : small - 1, [1])
            } else {
                append(first, [1 - part, part])
            }
        }
    }

    private mutating func append(_ first: Int, _ own: [Float]) {
        spans.append(ckernels_span(first: Int32(first), count: Int32(own.count)))
        weights += own + [Float](repeating: 0, count: taps - own.count)
    }

    func withAxis(_ body: (UnsafePointer<ckernels_axis>) -> Void) {
        spans.withUnsafeBufferPointer { spans in
            weights.withUnsafeBufferPointer { weights in
                var axis = ckernels_axis(
                    spans: spans.baseAddress, weights: weights.baseAddress, taps: taps, count: spans.count)
                body(&axis)
            }
        }
    }
}
