import CKernels
import MammoGraph

// Convolutions of any extents: dense ones as products of gathered rows, depthwise ones by their kernels.
extension CPUDevice {
    /// A dense convolution's weights in panels, in the order tap row, tap column, channel.
    func packed(_ convolution: FoldedConvolution, scale: [Float]?) throws(ComputeError) -> PackedMatrix {
        let extents = convolution.extents
        guard extents.groups == 1 else {
            throw .unavailable(
                "the CPU computes no convolution of \(extents.groups) groups of \(extents.inputs) channels")
        }
        let taps = extents.kernel * extents.kernel
        return try PackedMatrix(
            LinearWeights(
                inputs: taps * extents.inputs, outputs: extents.outputs,
                values: convolution.weights.transposed(matrices: extents.outputs, rows: extents.inputs, columns: taps),
                bias: convolution.bias, scale: scale), panelColumns: kernels.table.pointee.panel_columns)
    }

    /// A depthwise convolution's weights as the kernels read them: taps × channels.
    func taps(_ convolution: FoldedConvolution) throws(ComputeError) -> Depthwise {
        let (side, channels) = (convolution.extents.kernel, convolution.extents.outputs)
        let taps = convolution.weights.transposed(matrices: 1, rows: channels, columns: side * side)
        return Depthwise(
            weights: try tensor(taps, Shape(rows: side, columns: side, channels: channels)),
            bias: try vector(convolution.bias))
    }

    /// A dense convolution: the patches of some outputs are gathered into rows, then multiplied.
    ///
    /// - Parameters:
    ///   - input: N×H×W×inputs.
    ///   - matrix: Of `packed`.
    ///   - extents: The convolution's.
    ///   - activation: Of the sums.
    ///   - residual: Added to the sums times the matrix's scale, or to the activation's result.
    /// - Returns: The output.
    /// - Throws: `ComputeError.outOfMemory`.
    func dense(
        _ input: Tensor, _ matrix: PackedMatrix, _ extents: Convolution, _ activation: Activation?,
        residual: Tensor? = nil
    ) throws(ComputeError) -> Tensor {
        let output = try makeTensor(extents.shape(of: input.shape))
        let isPlain = extents.isPointwise
        if !isPlain, extents.inputs <= Self.mostPaddedChannels {
            padded(input, matrix, extents, activation, residual, into: output)
            return output
        }
        let stride = isPlain ? matrix.inputs : scratchStride(matrix.inputs)
        let grain = grain(rows: output.shape.positions, floats: stride + matrix.outputs)
        parallelRanges(
            output.shape.positions, threads: threads, grain: grain, scratch: isPlain ? 0 : grain * stride
        ) { range, scratch in
            let rows: UnsafePointer<Float>
            if isPlain {
                rows = UnsafePointer(input.host + range.lowerBound * matrix.inputs)
            } else {
                gather(input, Patches(extents), output.shape, range, into: scratch, stride: stride)
                rows = UnsafePointer(scratch)
            }
            multiply(rows, stride: stride, matrix, range, output, activation, residual)
        }
        return output
    }

    /// Rows times a matrix, into some positions of the output.
    private func multiply(
        _ rows: UnsafePointer<Float>, stride: Int, _ matrix: PackedMatrix, _ range: Range<Int>, _ output: Tensor,
        _ activation: Activation?, _ residual: Tensor?
    ) {
        let first = range.lowerBound * matrix.outputs
        var product = matrix.product(
            rows: rows, stride: stride, count: range.count, out: output.host + first, outStride: matrix.outputs)
        finish(&product, activation, residual.map { $0.host + first })
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
            residual: residual, residual_stride: product.columns, out: product.out, out_stride: product.out_stride)
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
                    rows: input.shape.rows, columns: input.shape.columns, channels: channels, kernel: extents.kernel,
                    stride: extents.stride, weights: taps.weights.host, bias: taps.bias.host, row: row,
                    first_column: 0, count: shape.columns, out: output.host + line * shape.columns * channels,
                    out_stride: channels, activation: activation.kernel, sums: nil)
                kernels.table.pointee.depthwise(&call)
            }
        }
        return output
    }

    /// A product whose inputs are multiplied by factors of their image: the weights are packed anew for each image.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - factors: N×1×1×C.
    ///   - weights: outputs × C.
    ///   - bias: One for each output.
    ///   - scale: What the sums are multiplied by before the residual is added.
    ///   - extents: The product as a convolution of 1×1.
    ///   - residual: N×H×W×outputs.
    /// - Returns: N×H×W×outputs.
    /// - Throws: `ComputeError.outOfMemory`.
    func gatedProduct(
        _ input: Tensor, _ factors: Tensor, weights: Tensor, bias: Tensor, scale: Tensor?, _ extents: Convolution,
        residual: Tensor?
    ) throws(ComputeError) -> Tensor {
        let output = try makeTensor(extents.shape(of: input.shape))
        let (channels, positions) = (extents.inputs, input.shape.rows * input.shape.columns)
        for image in 0..<input.shape.images {
            let own = try makeTensor(Shape(channels: channels))
            own.host.update(from: factors.host + image * channels, count: channels)
            let matrix = try PackedMatrix.forward(
                weights, inputs: channels, outputs: extents.outputs, bias: bias, scale: own, finishScale: scale,
                for: self)
            let grain = grain(rows: positions, floats: channels + extents.outputs)
            parallelRanges(positions, threads: threads, grain: grain) { range, _ in
                let first = image * positions
                let all = first + range.lowerBound..<first + range.upperBound
                multiply(
                    UnsafePointer(input.host + all.lowerBound * channels), stride: channels, matrix, all, output, nil,
                    residual)
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
