import CKernels
import MammoGraph

// Dense convolutions without gathering patches: in rows with zeros on both sides, the values under a row of the kernel are
// neighbours, so that the outputs of a row are a product whose rows overlap, each of them as many runs as the kernel has rows.
extension CPUDevice {
    /// Floats of padded rows and of hidden rows that a thread works on.
    private static let mostValues = 1 << 17
    /// Positions of a projection's product: several rows of a narrow image.
    private static let positionsOfProduct = 112

    /// A dense convolution, some rows of the output at a time, and a projection of what it gives.
    ///
    /// - Parameters:
    ///   - input: N×H×W×inputs.
    ///   - matrix: Of `packed`.
    ///   - extents: The convolution's.
    ///   - activation: Of the sums.
    ///   - projection: A product with the result, which then never leaves the cache.
    ///   - residual: Added at the end: to the last sums times their matrix's scale, or to the activation's result.
    ///   - output: Of the last product's shape.
    func convolve(
        _ input: Tensor, _ matrix: PackedMatrix, _ extents: Convolution, _ activation: Activation?,
        projection: PackedMatrix? = nil, _ residual: Tensor?, into output: Tensor
    ) {
        let (shape, out, channels, side) = (input.shape, output.shape, input.shape.channels, extents.kernel)
        let width = (shape.columns + 2 * extents.padding) * channels
        let together = max(1, min(Self.positionsOfProduct / max(out.columns, 1), out.rows))
        let hidden = projection == nil ? 0 : together * out.columns * matrix.outputs
        let fitting = max(1, ((Self.mostValues - hidden) / width - side) / extents.stride + 1)
        let held = max(together, min(fitting, out.rows / (4 * threads)))
        let parts = (out.rows + held - 1) / held
        let paddedRows = (held - 1) * extents.stride + side
        parallelRanges(
            shape.images * parts, threads: threads, grain: 1, scratch: scratch(paddedRows * width + hidden)
        ) { range, rows in
            for task in range {
                let (image, part) = task.quotientAndRemainder(dividingBy: parts)
                let outputs = part * held..<min((part + 1) * held, out.rows)
                let first = outputs.lowerBound * extents.stride - extents.padding
                for row in 0..<(outputs.count - 1) * extents.stride + side {
                    copy(
                        input, image, row: first + row, padding: extents.padding, to: rows + row * width,
                        width: width)
                }
                for start in stride(from: outputs.lowerBound, to: outputs.upperBound, by: together) {
                    let end = min(start + together, outputs.upperBound)
                    let place = (image * out.rows + start) * out.columns
                    let last = residual.map { $0.host + place * out.channels }
                    let sums = projection == nil ? output.host + place * matrix.outputs : rows + paddedRows * width
                    for row in start..<end {
                        let skipped = (row - start) * out.columns * matrix.outputs
                        var product = matrix.product(
                            rows: rows + (row - outputs.lowerBound) * extents.stride * width,
                            stride: extents.stride * channels, count: out.columns, out: sums + skipped,
                            outStride: matrix.outputs)
                        (product.depth, product.runs, product.run_stride) = (side * channels, side, width)
                        finish(&product, activation, projection == nil ? last.map { $0 + skipped } : nil)
                    }
                    guard let projection else { continue }
                    var product = projection.product(
                        rows: sums, stride: matrix.outputs, count: (end - start) * out.columns,
                        out: output.host + place * out.channels, outStride: out.channels)
                    finish(&product, nil, last)
                }
            }
        }
    }

    /// Copies a row of an image with zeros on both sides, `width` values in all; a row outside the image is zeros.
    func copy(
        _ input: Tensor, _ image: Int, row: Int, padding: Int, to out: UnsafeMutablePointer<Float>, width: Int
    ) {
        let (shape, channels) = (input.shape, input.shape.channels)
        let (side, count) = (padding * channels, shape.columns * channels)
        guard row >= 0, row < shape.rows else { return out.update(repeating: 0, count: width) }
        out.update(repeating: 0, count: side)
        (out + side).update(from: input.host + (image * shape.rows + row) * count, count: count)
        (out + side + count).update(repeating: 0, count: width - side - count)
    }
}
