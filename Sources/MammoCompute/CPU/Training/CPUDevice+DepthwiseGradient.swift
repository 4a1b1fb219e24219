import CKernels

// The gradients of a block's convolution: of its input, by the same convolution with flipped taps, and of its taps.
extension CPUDevice {
    /// Rows of an image whose part of the taps' gradients is summed up by itself: the parts are then added in order.
    private static let rowsOfPart = 16

    /// Adds the convolution's gradients to those of the parameters, and that of its input to `gradient`.
    ///
    /// - Parameters:
    ///   - kept: Of the block.
    ///   - output: The gradient of the convolution's output, for the branch's images.
    ///   - parameters: The block's.
    ///   - gradient: Of the block's output; becomes that of its input.
    ///   - gradients: Of the parameters, added to.
    ///   - needsInput: Whether the input's gradient is wanted.
    /// - Throws: `ComputeError.outOfMemory`.
    func convolutionGradient(
        of kept: BlockActivations, _ output: Tensor, _ parameters: BlockTensors, _ gradient: Tensor,
        into gradients: BlockTensors, needsInput: Bool
    ) throws(ComputeError) {
        let shape = output.shape
        let image = shape.rows * shape.columns * shape.channels
        let parts = (shape.rows + Self.rowsOfPart - 1) / Self.rowsOfPart
        let flipped = try taps(parameters.depthwise, bias: parameters.depthwiseBias, flipped: true)
        let sums = try zeros(Shape(images: shape.images * parts, rows: 7, columns: 7, channels: shape.channels))
        let biases = try zeros(Shape(images: shape.images * parts, channels: shape.channels))
        let images = kept.branch.images
        parallelRanges(shape.images * parts, threads: threads, grain: 1) { range, _ in
            for part in range {
                let (number, place) = part.quotientAndRemainder(dividingBy: parts)
                let rows = place * Self.rowsOfPart..<min((place + 1) * Self.rowsOfPart, shape.rows)
                let (input, inner) = (images[number] * image, output.host + number * image)
                if needsInput {
                    for row in rows {
                        var call = ckernels_depthwise(
                            image: inner, rows: shape.rows, columns: shape.columns, channels: shape.channels,
                            kernel: 7, stride: 1, weights: flipped.weights.host, bias: nil, row: row,
                            first_column: 0, count: shape.columns,
                            out: gradient.host + input + row * shape.columns * shape.channels,
                            out_stride: shape.channels, activation: ckernels_activation_none, sums: nil)
                        kernels.table.pointee.depthwise(&call)
                    }
                }
                var call = ckernels_depthwise_gradient(
                    image: kept.input.host + input, gradient: inner, rows: shape.rows, columns: shape.columns,
                    channels: shape.channels, kernel: 7, stride: 1, row: rows.lowerBound, row_count: rows.count,
                    weights: sums.host + part * 49 * shape.channels)
                kernels.table.pointee.depthwise_gradient(&call)
                kernels.table.pointee.add_rows(
                    inner + rows.lowerBound * shape.columns * shape.channels, shape.channels,
                    rows.count * shape.columns, shape.channels, biases.host + part * shape.channels)
            }
        }
        for part in 0..<shape.images * parts {
            for channel in 0..<shape.channels {
                for tap in 0..<49 {
                    gradients.depthwise.host[channel * 49 + tap] +=
                        sums.host[(part * 49 + tap) * shape.channels + channel]
                }
                gradients.depthwiseBias.host[channel] += biases.host[part * shape.channels + channel]
            }
        }
    }
}
