import CKernels

// The layers one by one.
extension CPUDevice {
    /// One kernel call for some rows at a time.
    package func linear(_ input: Tensor, _ matrix: any Matrix, finish: Finish) throws(ComputeError) -> Tensor {
        let matrix = packed(matrix, inputs: input.shape.channels)
        let shape = input.shape.with(channels: matrix.outputs)
        let output = try makeTensor(shape)
        parallelRanges(
            shape.positions, threads: threads, grain: grain(rows: shape.positions, floats: matrix.inputs)
        ) { range, _ in
            let first = range.lowerBound
            var product = matrix.product(
                rows: input.host + first * matrix.inputs, stride: matrix.inputs, count: range.count,
                out: output.host + first * matrix.outputs, outStride: matrix.outputs)
            switch finish {
            case .none: break
            case .gelu: product.finish = ckernels_gelu
            case .residual(let residual):
                precondition(residual.shape == shape && matrix.hasScale, "a residual of another shape")
                product.finish = ckernels_add_residual
                product.residual = UnsafePointer(residual.host + first * matrix.outputs)
            }
            kernels.table.pointee.product(&product)
        }
        return output
    }

    /// One kernel call for each row of an image.
    package func depthwise(_ input: Tensor, _ depthwise: Depthwise) throws(ComputeError) -> Tensor {
        let output = try makeTensor(input.shape)
        let channels = input.shape.channels
        parallelRanges(input.shape.positions, threads: threads, grain: max(input.shape.columns, 1)) { range, _ in
            convolve(input, depthwise, range, output.host + range.lowerBound * channels, stride: channels)
        }
        return output
    }

    /// Some hundred rows at a time.
    package func layerNorm(_ input: Tensor, _ norm: LayerNorm) throws(ComputeError) -> Tensor {
        let output = try makeTensor(input.shape)
        let channels = input.shape.channels
        parallelRanges(input.shape.positions, threads: threads, grain: 256) { range, _ in
            let first = range.lowerBound * channels
            normalise(
                norm, rows: input.host + first, stride: channels, count: range.count, out: output.host + first,
                outStride: channels)
        }
        return output
    }

    /// Sums in single precision, position by position.
    package func mean(_ input: Tensor) throws(ComputeError) -> Tensor {
        let shape = input.shape
        let output = try makeTensor(Shape(images: shape.images, channels: shape.channels))
        let positions = shape.rows * shape.columns
        parallelRanges(shape.images, threads: threads, grain: 1) { images, _ in
            for image in images {
                let sums = output.host + image * shape.channels
                sums.update(repeating: 0, count: shape.channels)
                let rows = input.host + image * positions * shape.channels
                kernels.table.pointee.add_rows(rows, shape.channels, positions, shape.channels, sums)
                for channel in 0..<shape.channels { sums[channel] /= Float(positions) }
            }
        }
        return output
    }

    /// The matrix as this device made it.
    func packed(_ matrix: any Matrix, inputs: Int) -> PackedMatrix {
        guard let packed = matrix as? PackedMatrix, packed.panelColumns == kernels.table.pointee.panel_columns else {
            preconditionFailure("a matrix of another device")
        }
        precondition(packed.inputs == inputs, "\(inputs) values for a matrix of \(packed.inputs) inputs")
        return packed
    }

    /// Normalises rows; `out` may be `rows`.
    func normalise(
        _ norm: LayerNorm, rows: UnsafePointer<Float>, stride: Int, count: Int, out: UnsafeMutablePointer<Float>,
        outStride: Int
    ) {
        var call = ckernels_layer_norm(
            rows: rows, row_stride: stride, row_count: count, channels: norm.gamma.shape.channels,
            gamma: norm.gamma.host, beta: norm.beta.host, epsilon: norm.epsilon, out: out, out_stride: outStride,
            inverse: nil)
        kernels.table.pointee.layer_norm(&call)
    }

    /// The depthwise convolution for a range of positions, counted over all images.
    func convolve(
        _ input: Tensor, _ depthwise: Depthwise, _ positions: Range<Int>, _ out: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        let shape = input.shape
        var position = positions.lowerBound
        while position < positions.upperBound {
            let (line, column) = position.quotientAndRemainder(dividingBy: shape.columns)
            let (image, row) = line.quotientAndRemainder(dividingBy: shape.rows)
            let count = min(shape.columns - column, positions.upperBound - position)
            var call = ckernels_depthwise(
                image: input.host + image * shape.rows * shape.columns * shape.channels, rows: shape.rows,
                columns: shape.columns, channels: shape.channels, held_rows: 0, kernel: 7, stride: 1,
                weights: depthwise.weights.host,
                bias: depthwise.bias.host, row: row, first_column: column, count: count,
                out: out + (position - positions.lowerBound) * stride, out_stride: stride,
                activation: ckernels_activation_none, sums: nil)
            kernels.table.pointee.depthwise(&call)
            position += count
        }
    }
}
