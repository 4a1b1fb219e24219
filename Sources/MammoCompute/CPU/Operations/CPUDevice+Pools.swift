import CKernels
import Glibc
import MammoGraph

// The largest value and the generalised mean over positions. Means are in CPUDevice+Rows.
extension CPUDevice {
    /// Positions of a part, which one thread takes: fixed, so that the number of threads does not change a bit.
    private static let positionsOfPart = 256

    /// The largest value of each channel over an image's positions, NaN where one is.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C, with at least one position.
    ///   - keepsPlaces: Whether it is wanted where the values come from.
    /// - Returns: N×1×1×C, and for each value the first position within its image that has it; nothing where it is not wanted.
    /// - Throws: `ComputeError.outOfMemory`.
    func maxima(
        _ input: Tensor, keepsPlaces: Bool = false
    ) throws(ComputeError) -> (values: Tensor, places: [Int32]) {
        let channels = input.shape.channels
        let parts = PoolParts(input.shape, Self.positionsOfPart)
        let partial = try makeTensor(Shape(images: input.shape.images, rows: parts.count, channels: channels))
        partial.host.update(repeating: -.infinity, count: partial.shape.count)
        var places = [Int32](repeating: 0, count: keepsPlaces ? partial.shape.count : 0)
        places.withUnsafeMutableBufferPointer { places in
            nonisolated(unsafe) let places = places
            parallelRanges(parts.all, threads: threads, grain: 1) { range, _ in
                for part in range {
                    let positions = parts.positions(part)
                    var call = ckernels_maxima(
                        rows: input.host + positions.lowerBound * channels, row_stride: channels,
                        row_count: positions.count, channels: channels, largest: partial.host + part * channels,
                        places: keepsPlaces ? places.baseAddress.map { $0 + part * channels } : nil,
                        first_place: Int32(parts.place(part)))
                    kernels.table.pointee.maxima(&call)
                }
            }
        }
        let output = try makeTensor(Shape(images: input.shape.images, channels: channels))
        var found = [Int32](repeating: 0, count: keepsPlaces ? output.shape.count : 0)
        let (largest, out) = (partial.host, output.host)
        for place in 0..<output.shape.count {
            var best = parts.first(place, channels)
            for other in parts.values(place, channels) where largest[other] > largest[best] || largest[other].isNaN {
                best = other
            }
            out[place] = largest[best]
            if keepsPlaces { found[place] = places[best] }
        }
        return (output, found)
    }

    /// The generalised mean of each channel over an image's positions: see `Pooling`.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C, with at least one position.
    ///   - exponent: Not 0.
    ///   - keepsSlopes: Whether the means' derivatives by the exponent are wanted.
    /// - Returns: N×1×1×C, and a derivative for each value; nothing where it is not wanted.
    /// - Throws: `ComputeError.outOfMemory`.
    func generalisedMeans(
        _ input: Tensor, _ exponent: Float, keepsSlopes: Bool = false
    ) throws(ComputeError) -> (means: Tensor, slopes: [Double]) {
        let channels = input.shape.channels
        let parts = PoolParts(input.shape, Self.positionsOfPart)
        // Sums of powers, then sums of powers times logarithms.
        let half = parts.all * channels
        var partial = [Double](repeating: 0, count: keepsSlopes ? 2 * half : half)
        partial.withUnsafeMutableBufferPointer { partial in
            nonisolated(unsafe) let partial = partial
            parallelRanges(parts.all, threads: threads, grain: 1) { range, _ in
                for part in range {
                    let positions = parts.positions(part)
                    let sums = partial.baseAddress.map { $0 + part * channels }
                    var call = ckernels_powers(
                        rows: input.host + positions.lowerBound * channels, row_stride: channels,
                        row_count: positions.count, channels: channels, epsilon: Pooling.epsilon, exponent: exponent,
                        sums: sums, logarithms: keepsSlopes ? sums.map { $0 + half } : nil)
                    kernels.table.pointee.powers(&call)
                }
            }
        }
        let output = try makeTensor(Shape(images: input.shape.images, channels: channels))
        var slopes = [Double](repeating: 0, count: keepsSlopes ? output.shape.count : 0)
        let (power, positions) = (Double(exponent), Double(input.shape.rows * input.shape.columns))
        let out = output.host
        for place in 0..<output.shape.count {
            let own = parts.values(place, channels)
            let sum = own.reduce(0) { $0 + partial[$1] }
            // ln of the mean is ln(sum / positions) / p.
            let logarithm = log(sum / positions) / power
            let mean = exp(logarithm)
            out[place] = Float(mean)
            if keepsSlopes {
                let weighted = own.reduce(0) { $0 + partial[half + $1] }
                slopes[place] = mean * (weighted / sum - logarithm) / power
            }
        }
        return (output, slopes)
    }

    /// The gradient of the generalised means' input.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - means: Of the input.
    ///   - exponent: As it was.
    ///   - gradient: Of the means.
    /// - Returns: N×H×W×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func generalisedMeansGradient(
        _ input: Tensor, means: Tensor, _ exponent: Float, _ gradient: Tensor
    ) throws(ComputeError) -> Tensor {
        let channels = input.shape.channels
        let parts = PoolParts(input.shape, Self.positionsOfPart)
        let positions = Float(input.shape.rows * input.shape.columns)
        let scale = try tensor(read(means).map { 1 / $0 }, means.shape)
        let factor = try tensor(read(gradient).map { $0 / positions }, means.shape)
        let output = try makeTensor(input.shape)
        parallelRanges(parts.all, threads: threads, grain: 1) { range, _ in
            for part in range {
                let (own, first) = (parts.positions(part), part / parts.count * channels)
                var call = ckernels_powers_gradient(
                    rows: input.host + own.lowerBound * channels, row_stride: channels, row_count: own.count,
                    channels: channels, epsilon: Pooling.epsilon, exponent: exponent - 1, scale: scale.host + first,
                    factor: factor.host + first, out: output.host + own.lowerBound * channels, out_stride: channels)
                kernels.table.pointee.powers_gradient(&call)
            }
        }
        return output
    }
}

/// The positions of each image of a batch in parts.
private struct PoolParts {
    /// Parts of an image.
    let count: Int
    /// Parts of all images.
    let all: Int
    private let size: Int
    private let positionsOfImage: Int

    init(_ shape: Shape, _ size: Int) {
        self.size = size
        positionsOfImage = shape.rows * shape.columns
        precondition(positionsOfImage > 0, "a map without a position")
        count = (positionsOfImage + size - 1) / size
        all = shape.images * count
    }

    /// A part's first position within its image.
    func place(_ part: Int) -> Int { part % count * size }

    /// Where the first part's own value is for a value of the result.
    func first(_ place: Int, _ channels: Int) -> Int {
        place / channels * count * channels + place % channels
    }

    /// Where all parts' own values are for a value of the result, in order.
    func values(_ place: Int, _ channels: Int) -> StrideTo<Int> {
        let first = first(place, channels)
        return stride(from: first, to: first + count * channels, by: channels)
    }

    /// A part's positions, counted over all images.
    func positions(_ part: Int) -> Range<Int> {
        let first = part / count * positionsOfImage
        return first + place(part)..<first + min(place(part) + size, positionsOfImage)
    }
}
