import CKernels
import MammoGraph

// Convolutions of any extents: dense ones as products, depthwise ones by their kernels.
extension CPUDevice {
    /// A dense convolution's weights in panels.
    func packed(_ convolution: FoldedConvolution, scale: [Float]?) throws(ComputeError) -> PackedMatrix {
        try PackedMatrix(
            convolution.linearWeights(scale: scale), panelColumns: kernels.table.pointee.panel_columns)
    }

    /// A dense convolution.
    ///
    /// - Parameters:
    ///   - input: N×H×W×inputs.
    ///   - matrix: Of `packed`.
    ///   - extents: The convolution's.
    ///   - activation: Of the sums.
    ///   - projection: A product with the result.
    ///   - residual: Added at the end: to the last sums times their matrix's scale, or to the activation's result.
    /// - Returns: The output.
    /// - Throws: `ComputeError.outOfMemory`.
    func dense(
        _ input: Tensor, _ matrix: PackedMatrix, _ extents: Convolution, _ activation: Activation?,
        projection: PackedMatrix? = nil, residual: Tensor? = nil
    ) throws(ComputeError) -> Tensor {
        let shape = extents.shape(of: input.shape)
        let output = try makeTensor(shape.with(channels: (projection ?? matrix).outputs))
        if extents.isPointwise, projection == nil {
            multiply(input, matrix, activation, residual, into: output)
        } else {
            convolve(input, matrix, extents, activation, projection: projection, residual, into: output)
        }
        return output
    }

    /// A product of each position by itself: rows are shared out among threads and, where they are few, columns too.
    private func multiply(
        _ input: Tensor, _ matrix: PackedMatrix, _ activation: Activation?, _ residual: Tensor?, into output: Tensor
    ) {
        let positions = output.shape.positions
        let grain = grain(rows: positions, floats: matrix.inputs + matrix.outputs)
        let (blocks, panels) = ((positions + grain - 1) / grain, matrix.paddedOutputs / matrix.panelColumns)
        let parts = min(panels, (2 * threads + blocks - 1) / max(blocks, 1))
        let columns = (panels + parts - 1) / max(parts, 1) * matrix.panelColumns
        parallelRanges(blocks * parts, threads: threads, grain: 1) { range, _ in
            for task in range {
                let (part, block) = task.quotientAndRemainder(dividingBy: blocks)
                let first = min(part * columns, matrix.outputs)
                let place = block * grain * matrix.outputs + first
                var product = matrix.product(
                    rows: input.host + block * grain * matrix.inputs, stride: matrix.inputs,
                    count: min(grain, positions - block * grain), out: output.host + place, outStride: matrix.outputs)
                product.select(columns: first..<min(first + columns, matrix.outputs), of: matrix)
                finish(&product, activation, residual.map { $0.host + place })
            }
        }
    }

    /// Makes a product, with what comes after its sums.
    func finish(
        _ product: inout ckernels_product, _ activation: Activation?, _ residual: UnsafeMutablePointer<Float>?
    ) {
        if let residual, activation == nil {
            product.finish = ckernels_add_residual
            product.residual = UnsafePointer(residual)
        } else {
            product.finish = activation.finish
        }
        kernels.table.pointee.product(&product)
        guard let residual, activation != nil else { return }
        // The rows are still in the cache.
        var call = ckernels_row_affine(
            rows: product.out, row_stride: product.out_stride, row_count: product.row_count,
            channels: product.columns, scale: nil, shift: nil, activation: ckernels_activation_none,
            residual: residual, residual_stride: product.residual_stride, out: product.out,
            out_stride: product.out_stride)
        kernels.table.pointee.affine(&call)
    }

    /// A depthwise convolution, one kernel call for each row of an image.
    func depthwise(
        _ input: Tensor, _ taps: Depthwise, _ extents: Convolution, _ activation: Activation?
    ) throws(ComputeError) -> Tensor {
        let output = try makeTensor(extents.shape(of: input.shape))
        let (shape, channels) = (output.shape, input.shape.channels)
        parallelRanges(shape.images * shape.rows, threads: threads, grain: 1) { lines, _ in
            for line in lines {
                let (image, row) = line.quotientAndRemainder(dividingBy: shape.rows)
                var call = ckernels_depthwise(
                    image: input.host + image * input.shape.rows * input.shape.columns * channels,
                    rows: input.shape.rows, columns: input.shape.columns, channels: channels, held_rows: 0,
                    kernel: extents.kernel, stride: extents.stride, weights: taps.weights.host, bias: taps.bias.host,
                    row: row,
                    first_column: 0, count: shape.columns, out: output.host + line * shape.columns * channels,
                    out_stride: channels, activation: activation.kernel, sums: nil)
                kernels.table.pointee.depthwise(&call)
            }
        }
        return output
    }
}

extension Activation? {
    /// As a product applies it to its sums.
    var finish: ckernels_finish {
        switch self {
        case .none: ckernels_store
        case .gelu: ckernels_gelu
        case .silu: ckernels_silu
        case .sigmoid: preconditionFailure("a sigmoid is applied by itself")
        }
    }

    /// As kernels over rows apply it.
    var kernel: ckernels_activation {
        switch self {
        case .none: ckernels_activation_none
        case .gelu: ckernels_activation_gelu
        case .silu: ckernels_activation_silu
        case .sigmoid: ckernels_activation_sigmoid
        }
    }
}
