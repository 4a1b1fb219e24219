import CKernels
import MammoGraph

// Sums over positions and gradients of operations on each position by itself.
extension CPUDevice {
    /// Positions of a partial sum: fixed, so that the number of threads does not change a bit.
    private static let positionsOfSum = 1024
    /// Channels that a thread takes at a time: whole vectors and cache lines.
    private static let channelsOfSum = 128

    /// Sums over all positions in double precision: of `factors`, or of the deviations from `center` where there are none,
    /// and of the products of factors and deviations.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - center: One value for each channel; 0 where there is none.
    ///   - factors: Of the input's shape.
    /// - Returns: One sum for each channel.
    /// - Throws: `ComputeError.outOfMemory`.
    func moments(
        _ input: Tensor, center: Tensor? = nil, factors: Tensor? = nil
    ) throws(ComputeError) -> (sums: [Double], products: [Double]) {
        let (positions, channels) = (input.shape.positions, input.shape.channels)
        let parts = (positions + Self.positionsOfSum - 1) / Self.positionsOfSum
        var partial = [Double](repeating: 0, count: 2 * parts * channels)
        partial.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let buffer = buffer
            let groups = (channels + Self.channelsOfSum - 1) / Self.channelsOfSum
            parallelRanges(parts * groups, threads: threads, grain: 1) { range, _ in
                for task in range {
                    let (part, group) = task.quotientAndRemainder(dividingBy: groups)
                    let (start, channel) = (part * Self.positionsOfSum, group * Self.channelsOfSum)
                    let first = start * channels + channel
                    let own = buffer.baseAddress.map { $0 + 2 * part * channels + channel }
                    var call = ckernels_moments(
                        rows: input.host + first, row_stride: channels,
                        row_count: min(Self.positionsOfSum, positions - start),
                        channels: min(Self.channelsOfSum, channels - channel),
                        center: center.map { UnsafePointer($0.host + channel) },
                        factors: factors.map { UnsafePointer($0.host + first) }, factor_stride: channels,
                        sums: own, products: own.map { $0 + channels })
                    kernels.table.pointee.moments(&call)
                }
            }
        }
        var (sums, products) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
        for part in 0..<parts {
            for c in 0..<channels {
                sums[c] += partial[2 * part * channels + c]
                products[c] += partial[(2 * part + 1) * channels + c]
            }
        }
        return (sums, products)
    }

    /// From the gradient of activation(x · scale + shift) to that of x · scale + shift, in place.
    func affineGradient(
        _ input: Tensor, scale: Tensor?, shift: Tensor?, _ activation: Activation?, _ gradient: Tensor
    ) {
        guard activation != nil else { return }
        let channels = input.shape.channels
        parallelRanges(input.shape.positions, threads: threads, grain: grain(channels: channels)) { range, _ in
            let first = range.lowerBound * channels
            var call = ckernels_row_affine_gradient(
                rows: input.host + first, row_stride: channels, row_count: range.count, channels: channels,
                scale: scale.map { UnsafePointer($0.host) }, shift: shift.map { UnsafePointer($0.host) },
                activation: activation.kernel, gradient: gradient.host + first, gradient_stride: channels,
                out: gradient.host + first, out_stride: channels)
            kernels.table.pointee.affine_gradient(&call)
        }
    }

    /// From the gradient of a batch normalisation's output to that of its input, in place: see
    /// ckernels_batch_norm_gradient.
    func batchNormGradient(
        _ input: Tensor, mean: Tensor, inverse: Tensor, meanGradient: Tensor, meanProduct: Tensor, factor: Tensor,
        _ gradient: Tensor
    ) {
        let channels = input.shape.channels
        parallelRanges(input.shape.positions, threads: threads, grain: grain(channels: channels)) { range, _ in
            let first = range.lowerBound * channels
            var call = ckernels_batch_norm_gradient(
                rows: input.host + first, row_stride: channels, row_count: range.count, channels: channels,
                mean: mean.host, inverse: inverse.host, mean_gradient: meanGradient.host,
                mean_product: meanProduct.host, factor: factor.host, gradient: gradient.host + first,
                gradient_stride: channels)
            kernels.table.pointee.batch_norm_gradient(&call)
        }
    }
}
