import CCUDA

/// What a convolution of patches keeps for its gradient.
final class CUDAPatchActivations: Activations {
    /// The layer's input.
    let input: Shape
    /// A patch a row.
    let patches: CUDARows
    /// What the norm was given, and each row's mean and one over its deviation.
    let (unnormalised, statistics): (Tensor, Tensor)

    init(input: Shape, patches: CUDARows, unnormalised: Tensor, statistics: Tensor) {
        (self.input, self.patches) = (input, patches)
        (self.unnormalised, self.statistics) = (unnormalised, statistics)
    }
}

// Convolutions of patches forward and backward.
extension CUDADevice {
    /// See `LayerOperations`.
    package func trainStem(
        _ input: Tensor, _ parameters: PatchTensors
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        let patches = try gathered(input.card, mammo_cuda_fp32, input.shape, mammo_cuda_window(side: 4))
        let convolved = try product(patches, of: input.shape, side: 4, parameters)
        let statistics = try makeTensor(Shape(rows: patches.rows, channels: 2))
        let output = try makeTensor(convolved.shape)
        try normalise(
            convolved.card, mammo_cuda_fp32, norm(parameters), rows: patches.rows, statistics: statistics,
            into: output.card, mammo_cuda_fp32)
        let kept = CUDAPatchActivations(
            input: input.shape, patches: patches, unnormalised: convolved, statistics: statistics)
        return (output, kept)
    }

    /// See `LayerOperations`.
    package func stemGradient(
        _ kept: any Activations, _ parameters: PatchTensors, _ gradient: Tensor, into gradients: PatchTensors
    ) throws(ComputeError) {
        let kept = own(kept)
        let convolved = try rows(kept.patches.rows, gradient.shape.channels)
        try normGradient(
            kept, parameters, gradient.card, mammo_cuda_fp32, rows: convolved.rows, channels: convolved.channels,
            into: convolved.base, convolved.type, gradients)
        try productGradient(kept, convolved, side: 4, into: gradients)
    }

    /// See `LayerOperations`.
    package func trainDownsample(
        _ input: Tensor, _ parameters: PatchTensors
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        let statistics = try makeTensor(Shape(rows: input.shape.positions, channels: 2))
        let normal = try normalised(
            input.card, mammo_cuda_fp32, norm(parameters), rows: input.shape.positions, statistics: statistics)
        let patches = try gathered(normal.base, normal.type, input.shape, mammo_cuda_window(side: 2))
        let output = try product(patches, of: input.shape, side: 2, parameters)
        let kept = CUDAPatchActivations(
            input: input.shape, patches: patches, unnormalised: input, statistics: statistics)
        return (output, kept)
    }

    /// See `LayerOperations`.
    package func downsampleGradient(
        _ kept: any Activations, _ parameters: PatchTensors, _ gradient: Tensor, into gradients: PatchTensors
    ) throws(ComputeError) -> Tensor {
        let kept = own(kept)
        let convolved = try converted(gradient, rows: gradient.shape.positions, channels: gradient.shape.channels)
        try productGradient(kept, convolved, side: 2, into: gradients)
        let patches = try rows(kept.patches.rows, kept.patches.channels)
        let weights = try ordered(parameters, side: 2, channels: kept.input.channels)
        try multiply(
            convolved.operand, weights.operand, rows: patches.rows, columns: patches.channels,
            depth: convolved.channels, into: patches.operand)
        let normal = try rows(kept.input.positions, kept.input.channels)
        try context.call { table, handle in
            table.scatter_patches(
                handle, patches.base, patches.type, mammo_cuda_window(side: 2), normal.base, normal.type,
                kept.input.card)
        }
        let result = try makeTensor(kept.input)
        try normGradient(
            kept, parameters, normal.base, normal.type, rows: normal.rows, channels: normal.channels,
            into: result.card, mammo_cuda_fp32, gradients)
        return result
    }

    private func own(_ kept: any Activations) -> CUDAPatchActivations {
        guard let kept = kept as? CUDAPatchActivations else { preconditionFailure("activations of another layer") }
        return kept
    }

    private func norm(_ parameters: PatchTensors) -> LayerNorm {
        LayerNorm(gamma: parameters.gamma, beta: parameters.beta)
    }

    /// The weights as outputs × taps × channels, in the device's precision.
    private func ordered(_ parameters: PatchTensors, side: Int, channels: Int) throws(ComputeError) -> CUDARows {
        let weights = try rows(parameters.bias.shape.count, side * side * channels)
        try inPatchOrder(
            parameters.weights, outputs: weights.rows, channels: channels, taps: side * side, into: weights.base,
            weights.type)
        return weights
    }

    private func product(
        _ patches: CUDARows, of input: Shape, side: Int, _ parameters: PatchTensors
    ) throws(ComputeError) -> Tensor {
        let weights = try ordered(parameters, side: side, channels: input.channels)
        return try multiply(
            patches, weights, bias: parameters.bias,
            shape: Shape(
                images: input.images, rows: input.rows / side, columns: input.columns / side, channels: weights.rows))
    }

    /// The gradients of weights and bias.
    private func productGradient(
        _ kept: CUDAPatchActivations, _ convolved: CUDARows, side: Int, into gradients: PatchTensors
    ) throws(ComputeError) {
        let patches = kept.patches
        try context.call { table, handle in
            table.column_sums(
                handle, convolved.base, convolved.type, Int64(convolved.rows), Int32(convolved.channels),
                gradients.bias.card)
        }
        let weights = try makeTensor(Shape(rows: convolved.channels, channels: patches.channels))
        try multiply(
            convolved.operand.transposed, patches.operand, rows: convolved.channels, columns: patches.channels,
            depth: patches.rows, into: weights.operand(stride: patches.channels))
        try addFromPatchOrder(
            weights, outputs: convolved.channels, channels: kept.input.channels, taps: side * side,
            to: gradients.weights)
    }

    private func normGradient(
        _ kept: CUDAPatchActivations, _ parameters: PatchTensors, _ gradient: UnsafeRawPointer,
        _ type: mammo_cuda_type, rows: Int, channels: Int, into out: UnsafeMutableRawPointer,
        _ outType: mammo_cuda_type, _ gradients: PatchTensors
    ) throws(ComputeError) {
        try context.call { table, handle in
            table.layer_norm_gradient(
                handle, kept.unnormalised.card, mammo_cuda_fp32, kept.statistics.card, parameters.gamma.card, nil,
                gradient, type, out, outType, nil, gradients.gamma.card, gradients.beta.card, Int64(rows),
                Int32(channels))
        }
    }
}
