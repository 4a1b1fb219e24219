import CKernels
import MammoGraph

// Dense convolutions of few channels without gathering patches: in rows with zeros on both sides, the values of a kernel's row
// are neighbours, so that one kernel row of all outputs of a row is a product whose rows overlap.
extension CPUDevice {
    /// Up to so many channels gathering costs more than adding up the kernel's rows one after another.
    static let mostPaddedChannels = 32
    /// Floats of padded rows that a thread works on.
    private static let mostValues = 1 << 16

    /// A dense convolution, some rows of the output at a time.
    ///
    /// - Parameters:
    ///   - input: N×H×W×inputs.
    ///   - matrix: Of `packed`.
    ///   - extents: The convolution's.
    ///   - activation: Of the sums.
    ///   - residual: Added to the sums times the matrix's scale, or to the activation's result.
    ///   - output: Of the convolution's shape.
    func padded(
        _ input: Tensor, _ matrix: PackedMatrix, _ extents: Convolution, _ activation: Activation?,
        _ residual: Tensor?, into output: Tensor
    ) {
        let (shape, channels, side) = (input.shape, input.shape.channels, extents.kernel)
        let width = (shape.columns + 2 * extents.padding) * channels
        let fitting = max(1, (Self.mostValues / width - side) / extents.stride + 1)
        let held = max(1, min(fitting, output.shape.rows / (4 * threads)))
        let parts = (output.shape.rows + held - 1) / held
        let scratch = ((held - 1) * extents.stride + side) * width
        parallelRanges(shape.images * parts, threads: threads, grain: 1, scratch: scratch) { range, rows in
            for task in range {
                let (image, part) = task.quotientAndRemainder(dividingBy: parts)
                let outputs = part * held..<min((part + 1) * held, output.shape.rows)
                let first = outputs.lowerBound * extents.stride - extents.padding
                for row in 0..<(outputs.count - 1) * extents.stride + side {
                    copy(input, image, row: first + row, padding: extents.padding, to: rows + row * width)
                }
                for row in outputs {
                    let place = (image * output.shape.rows + row) * output.shape.columns * matrix.outputs
                    for tap in 0..<side {
                        var product = matrix.product(
                            rows: rows + ((row - outputs.lowerBound) * extents.stride + tap) * width,
                            stride: extents.stride * channels, count: output.shape.columns, out: output.host + place,
                            outStride: matrix.outputs)
                        product.select(depth: tap * side * channels..<(tap + 1) * side * channels, of: matrix)
                        if tap + 1 < side {
                            kernels.table.pointee.product(&product)
                        } else {
                            finish(&product, activation, residual.map { $0.host + place })
                        }
                    }
                }
            }
        }
    }

    /// Copies a row of an image with zeros on both sides; a row outside the image is zeros.
    private func copy(
        _ input: Tensor, _ image: Int, row: Int, padding: Int, to out: UnsafeMutablePointer<Float>
    ) {
        let (shape, channels) = (input.shape, input.shape.channels)
        let (side, count) = (padding * channels, shape.columns * channels)
        guard row >= 0, row < shape.rows else { return out.update(repeating: 0, count: count + 2 * side) }
        out.update(repeating: 0, count: side)
        (out + side).update(from: input.host + (image * shape.rows + row) * count, count: count)
        (out + side + count).update(repeating: 0, count: side)
    }
}
