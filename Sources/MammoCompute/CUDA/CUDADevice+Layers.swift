import CCUDA

/// The weights of a product in the device's precision, outputs × inputs.
final class CUDAMatrix: Matrix {
    let inputs: Int
    let outputs: Int
    let weights: CUDARows
    let bias: Tensor
    /// The layer scale.
    let scale: Tensor?

    init(_ weights: LinearWeights, on device: CUDADevice) throws(ComputeError) {
        (inputs, outputs) = (weights.inputs, weights.outputs)
        self.weights = try device.converted(
            device.tensor(weights.values, Shape(rows: outputs, channels: inputs)), rows: outputs, channels: inputs)
        bias = try device.tensor(weights.bias, Shape(channels: outputs))
        var scale: Tensor?
        if let values = weights.scale { scale = try device.tensor(values, Shape(channels: outputs)) }
        self.scale = scale
    }
}

// A network forward, layer by layer.
extension CUDADevice {
    /// Weights in the device's precision.
    package func matrix(_ weights: LinearWeights) throws(ComputeError) -> any Matrix {
        try CUDAMatrix(weights, on: self)
    }

    /// The matrix as this device made it.
    func own(_ matrix: any Matrix, inputs: Int) -> CUDAMatrix {
        guard let matrix = matrix as? CUDAMatrix else { preconditionFailure("a matrix of another device") }
        precondition(matrix.inputs == inputs, "\(inputs) values for a matrix of \(matrix.inputs) inputs")
        return matrix
    }

    /// out = in · weightsᵀ.
    private func multiply(_ input: CUDARows, by matrix: CUDAMatrix, into out: CUDAOperand) throws(ComputeError) {
        try multiply(
            input.operand, matrix.weights.operand.transposed, rows: input.rows, columns: matrix.outputs,
            depth: matrix.inputs, into: out)
    }

    /// The product of a tensor that is first brought to the device's precision.
    package func linear(_ input: Tensor, _ matrix: any Matrix, finish: Finish) throws(ComputeError) -> Tensor {
        let matrix = own(matrix, inputs: input.shape.channels)
        let rows = try converted(input, rows: input.shape.positions, channels: matrix.inputs)
        let shape = input.shape.with(channels: matrix.outputs)
        switch finish {
        case .none: return try multiply(rows, matrix.weights, bias: matrix.bias, shape: shape)
        case .gelu:
            let output = try makeTensor(shape)
            let sums = output.cardRows
            try multiply(rows, by: matrix, into: sums.operand)
            try gelu(sums, bias: matrix.bias, into: sums)
            return output
        case .residual(let residual):
            guard let scale = matrix.scale else { preconditionFailure("a residual without a layer scale") }
            let output = try makeTensor(shape)
            try multiplyResidual(
                rows, matrix.weights, bias: matrix.bias, keeping: nil, scale: scale, factor: 1,
                images: CUDAImages(all: shape.images), to: residual, into: output)
            return output
        }
    }

    /// In single precision.
    package func depthwise(_ input: Tensor, _ depthwise: Depthwise) throws(ComputeError) -> Tensor {
        let output = try makeTensor(input.shape)
        try context.call { table, handle in
            table.depthwise(
                handle, input.card, mammo_cuda_fp32, nil, 7, 1, depthwise.weights.card, depthwise.bias.card,
                mammo_cuda_identity, output.card, mammo_cuda_fp32, input.shape.card)
        }
        return output
    }

    /// In single precision.
    package func layerNorm(_ input: Tensor, _ norm: LayerNorm) throws(ComputeError) -> Tensor {
        let output = try makeTensor(input.shape)
        try normalise(
            input.card, mammo_cuda_fp32, norm, rows: input.shape.positions, into: output.card, mammo_cuda_fp32)
        return output
    }

    /// A convolution of patches that touch without overlapping.
    package func patches(
        _ input: Tensor, side: Int, _ matrix: any Matrix, before: LayerNorm?, after: LayerNorm?
    ) throws(ComputeError) -> Tensor {
        let shape = input.shape
        let matrix = own(matrix, inputs: side * side * shape.channels)
        var rows = input.cardRows
        if let before { rows = try normalised(rows.base, rows.type, before, rows: shape.positions) }
        let output = try makeTensor(
            Shape(
                images: shape.images, rows: shape.rows / side, columns: shape.columns / side, channels: matrix.outputs))
        var affine = mammo_cuda_affine()
        affine.shift = UnsafePointer(matrix.bias.card)
        try convolve(
            rows, shape, mammo_cuda_window(side: side), matrix.weights, sums: mammo_cuda_fp32,
            affine: MapTarget(output: output).described(affine, shape: output.shape))
        guard let after else { return output }
        return try layerNorm(output, after)
    }

    /// All rows of a batch at a time.
    package func block(_ input: Tensor, _ block: Block, into output: Tensor) throws(ComputeError) {
        let images = CUDAImages(all: input.shape.images)
        let expand = own(block.expand, inputs: input.shape.channels)
        let contract = own(block.contract, inputs: expand.outputs)
        guard let scale = contract.scale else { preconditionFailure("a block without a layer scale") }
        output.cardMemory.copy = nil
        let convolved = try convolved(
            input, images: images, taps: block.depthwise.weights, bias: block.depthwise.bias)
        let normal = try normalised(convolved.base, convolved.type, block.norm, rows: convolved.rows)
        let hidden = try rows(normal.rows, expand.outputs)
        try multiplyGELU(normal, expand.weights, bias: expand.bias, keeping: nil, into: hidden)
        try multiplyResidual(
            hidden, contract.weights, bias: contract.bias, keeping: nil, scale: scale, factor: 1, images: images,
            to: input, into: output)
    }

    /// By a fixed order of sums.
    package func mean(_ input: Tensor) throws(ComputeError) -> Tensor {
        let output = try makeTensor(Shape(images: input.shape.images, channels: input.shape.channels))
        let rows = input.cardRows
        try context.call { table, handle in
            table.mean(handle, rows.base, rows.type, output.card, input.shape.card)
        }
        return output
    }
}
