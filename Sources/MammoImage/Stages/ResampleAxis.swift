import CKernels

/// Which source values, with which weights, make each value along one axis of a resampled image. The steps and their
/// order in double are those of Pillow's Resample.c, on which the last bit of a weight depends.
struct ResampleAxis {
    /// The source values of each resampled value.
    let spans: [ckernels_span]
    /// `taps` a resampled value, of which those beyond its span are zero; fixed point.
    let weights: [Int32]
    /// Room for the weights of one value.
    let taps: Int

    /// The axis that brings `source` values to `count`, both at least 1.
    init(from source: Int, to count: Int, by filter: ResampleFilter) {
        let exact = Exact(from: source, to: count, by: filter)
        (spans, taps) = (exact.spans, exact.taps)
        weights = exact.weights.map(Self.fixedPoint)
    }

    /// The axis before its weights are rounded; PyTorch's are the same, and rounded otherwise.
    struct Exact {
        let spans: [ckernels_span]
        let weights: [Double]
        let taps: Int

        init(from source: Int, to count: Int, by filter: ResampleFilter) {
            let scale = Double(source) / Double(count)
            // Going down the filter is stretched to cover what one value stands for; that is the antialiasing.
            let stretch = max(scale, 1)
            let support = filter.support * stretch
            let taps = min(Int(support.rounded(.up)) * 2 + 1, source)
            var spans: [ckernels_span] = []
            spans.reserveCapacity(count)
            var weights = [Double](repeating: 0, count: count * taps)
            for i in 0..<count {
                let center = (Double(i) + 0.5) * scale
                let first = max(Int(center - support + 0.5), 0)
                let end = min(Int(center + support + 0.5), source)
                let exact = (first..<end).map { filter.weight(at: (Double($0) - center + 0.5) * (1 / stretch)) }
                let sum = exact.reduce(0, +)
                for (tap, weight) in exact.enumerated() { weights[i * taps + tap] = sum == 0 ? weight : weight / sum }
                spans.append(ckernels_span(first: Int32(first), count: Int32(end - first)))
            }
            (self.spans, self.weights, self.taps) = (spans, weights, taps)
        }
    }

    /// Rounded half away from zero by adding and cutting off, as Pillow does.
    private static func fixedPoint(_ weight: Double) -> Int32 {
        let scaled = weight * Double(1 << ckernels_weight_bits)
        return Int32(weight < 0 ? scaled - 0.5 : scaled + 0.5)
    }
}
