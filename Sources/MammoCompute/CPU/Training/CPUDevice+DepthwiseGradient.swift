import CKernels

// The gradients of a block's convolution: of its input, by the same convolution with flipped taps, and of its taps.
extension CPUDevice {
    /// Rows of an image whose part of the taps' gradients is summed up by itself: the parts are then added in order.
    static let rowsOfPart = 16

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
                            held_rows: 0, kernel: 7, stride: 1, weights: flipped.weights.host, bias: nil, row: row,
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
        addTapSums(sums, parts: shape.images * parts, channels: shape.channels, to: gradients.depthwise)
        let (values, out) = (biases.host, gradients.depthwiseBias.host)
        for part in 0..<shape.images * parts {
            for channel in 0..<shape.channels { out[channel] += values[part * shape.channels + channel] }
        }
    }

    /// Adds the sums of parts, in their order, to gradients of taps in torchvision's layout.
    ///
    /// - Parameters:
    ///   - sums: parts × taps × channels.
    ///   - parts: How many parts there are.
    ///   - channels: Channels of the convolution.
    ///   - weights: channels × taps.
    func addTapSums(_ sums: Tensor, parts: Int, channels: Int, to weights: Tensor) {
        let taps = weights.shape.count / channels
        let (values, out) = (sums.host, weights.host)
        for part in 0..<parts {
            for tap in 0..<taps {
                let source = values + (part * taps + tap) * channels
                for channel in 0..<channels { out[channel * taps + tap] += source[channel] }
            }
        }
    }
}
