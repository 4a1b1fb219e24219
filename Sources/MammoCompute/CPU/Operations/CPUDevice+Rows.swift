import CKernels
import MammoGraph

// Operations on each position by itself, and means over positions.
extension CPUDevice {
    /// Positions of a partial sum: fixed, so that the number of threads does not change a bit.
    private static let positionsOfSum = 256

    /// The mean of each channel over an image's positions, added up in parts of some hundred positions, which threads share.
    /// ConvNeXt's head keeps `mean`, whose one order of sums its bits depend on.
    ///
    /// - Parameter input: N×H×W×C.
    /// - Returns: N×1×1×C.
    /// - Throws: `ComputeError.outOfMemory`.
    package func means(_ input: Tensor) throws(ComputeError) -> Tensor {
        let sums = try sums(input.shape) { first, count, channels, sums in
            kernels.table.pointee.add_rows(input.host + first * channels, channels, count, channels, sums)
        }
        let positions = Float(input.shape.rows * input.shape.columns)
        let values = sums.host
        for place in 0..<sums.shape.count { values[place] /= positions }
        return sums
    }

    /// activation(x · scale + shift) + residual, with a scale and a shift for each channel.
    func affine(
        _ input: Tensor, scale: Tensor? = nil, shift: Tensor? = nil, activation: Activation? = nil,
        residual: Tensor? = nil
    ) throws(ComputeError) -> Tensor {
        let output = try makeTensor(input.shape)
        let channels = input.shape.channels
        parallelRanges(input.shape.positions, threads: threads, grain: grain(channels: channels)) { range, _ in
            let first = range.lowerBound * channels
            var call = ckernels_row_affine(
                rows: input.host + first, row_stride: channels, row_count: range.count, channels: channels,
                scale: scale.map { UnsafePointer($0.host) }, shift: shift.map { UnsafePointer($0.host) },
                activation: activation.kernel, residual: residual.map { UnsafePointer($0.host + first) },
                residual_stride: channels, out: output.host + first, out_stride: channels)
            kernels.table.pointee.affine(&call)
        }
        return output
    }

    /// Positions that a thread takes at a time where little is done with each value.
    func grain(channels: Int) -> Int { max(1, min(256, (1 << 15) / max(channels, 1))) }

    /// x · factor + term, with a factor and a term for each channel of an image.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - factors: N×1×1×C.
    ///   - terms: N×1×1×C.
    /// - Returns: N×H×W×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func scaled(_ input: Tensor, by factors: Tensor, adding terms: Tensor? = nil) throws(ComputeError) -> Tensor {
        let output = try makeTensor(input.shape)
        let (shape, channels) = (input.shape, input.shape.channels)
        parallelRanges(shape.images * shape.rows, threads: threads, grain: 1) { lines, _ in
            for line in lines {
                let first = line * shape.columns * channels
                let image = line / shape.rows * channels
                var call = ckernels_row_affine(
                    rows: input.host + first, row_stride: channels, row_count: shape.columns, channels: channels,
                    scale: factors.host + image, shift: terms.map { UnsafePointer($0.host + image) },
                    activation: ckernels_activation_none, residual: nil, residual_stride: 0,
                    out: output.host + first, out_stride: channels)
                kernels.table.pointee.affine(&call)
            }
        }
        return output
    }

    /// x · factor, with a factor for each image.
    func scaled(_ input: Tensor, images factors: [Float]) throws(ComputeError) -> Tensor {
        let channels = input.shape.channels
        let expanded = factors.flatMap { [Float](repeating: $0, count: channels) }
        return try scaled(input, by: try tensor(expanded, Shape(images: factors.count, channels: channels)))
    }

    /// Σ a · b over an image's positions.
    ///
    /// - Parameters:
    ///   - one: N×H×W×C.
    ///   - other: N×H×W×C.
    /// - Returns: N×1×1×C.
    /// - Throws: `ComputeError.outOfMemory`.
    package func sums(ofProducts one: Tensor, _ other: Tensor) throws(ComputeError) -> Tensor {
        try sums(one.shape) { first, count, channels, sums in
            kernels.table.pointee.add_products(
                one.host + first * channels, other.host + first * channels, count, channels, sums)
        }
    }

    /// Sums over an image's positions, added up in parts of some hundred positions.
    private func sums(
        _ shape: Shape,
        _ add: @Sendable (_ first: Int, _ count: Int, _ channels: Int, UnsafeMutablePointer<Float>) -> Void
    ) throws(ComputeError) -> Tensor {
        let (positions, channels) = (shape.rows * shape.columns, shape.channels)
        let parts = (positions + Self.positionsOfSum - 1) / Self.positionsOfSum
        let partial = try zeros(Shape(images: shape.images, rows: parts, channels: channels))
        parallelRanges(shape.images * parts, threads: threads, grain: 1) { range, _ in
            for place in range {
                let (image, part) = place.quotientAndRemainder(dividingBy: parts)
                let first = part * Self.positionsOfSum
                add(
                    image * positions + first, min(Self.positionsOfSum, positions - first), channels,
                    partial.host + place * channels)
            }
        }
        let output = try makeTensor(Shape(images: shape.images, channels: channels))
        let (values, out) = (partial.host, output.host)
        for image in 0..<shape.images {
            for channel in 0..<channels {
                var sum = 0.0
                for part in 0..<parts { sum += Double(values[(image * parts + part) * channels + channel]) }
                out[image * channels + channel] = Float(sum)
            }
        }
        return output
    }
}
