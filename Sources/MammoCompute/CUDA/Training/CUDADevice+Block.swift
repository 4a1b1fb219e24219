import CCUDA

/// What a block keeps for its gradient, which uses it up; GELU's results and the normalised rows are computed again.
final class CUDABlockActivations: Activations {
    let input: Tensor
    let branch: Branch
    let images: CUDAImages
    /// The convolution's result, and each row's mean and one over its deviation.
    let (convolved, statistics): (CUDARows, Tensor)
    /// Before GELU, without their bias.
    let hidden: CUDARows
    /// Before the layer scale, without their bias.
    let contracted: CUDARows

    init(
        input: Tensor, branch: Branch, images: CUDAImages, convolved: CUDARows, statistics: Tensor, hidden: CUDARows,
        contracted: CUDARows
    ) {
        (self.input, self.branch, self.images) = (input, branch, images)
        (self.convolved, self.statistics) = (convolved, statistics)
        (self.hidden, self.contracted) = (hidden, contracted)
    }
}

/// A block that no image goes through keeps nothing.
final class CUDANothing: Activations {}

// A block forward and backward, from parameters in single precision as torchvision lays them out.
extension CUDADevice {
    /// See `LayerOperations`.
    package func trainBlock(
        _ input: Tensor, _ parameters: BlockTensors, _ branch: Branch, keeps: Bool
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        let shape = input.shape
        let (channels, inner) = (shape.channels, 4 * shape.channels)
        let output = try makeTensor(shape)
        // The residual writes the branch's images; those that skip it are copied.
        for skipped in branch.otherStretches(of: shape.images) {
            let values = shape.rows * shape.columns * channels
            try context.call { table, handle in
                table.copy(
                    handle, output.card + skipped.lowerBound * values, input.card + skipped.lowerBound * values,
                    skipped.count * values * 4)
            }
        }
        guard !branch.images.isEmpty else { return (output, keeps ? CUDANothing() : nil) }

        let images = try CUDAImages(branch, of: shape.images, on: self)
        let taps = try taps(parameters.depthwise, channels: channels)
        let convolved = try convolved(input, images: images, taps: taps, bias: parameters.depthwiseBias)
        let statistics = try makeTensor(Shape(rows: convolved.rows, channels: 2))
        let normal = try normalised(
            convolved.base, convolved.type, norm(parameters), rows: convolved.rows, statistics: statistics)
        let activated = try rows(convolved.rows, inner)
        let hidden = keeps ? try rows(convolved.rows, inner) : nil
        let expand = try weights(parameters.expand, rows: inner, channels: channels)
        try multiplyGELU(normal, expand, bias: parameters.expandBias, keeping: hidden, into: activated)
        let contracted = keeps ? try rows(convolved.rows, channels) : nil
        let contract = try weights(parameters.contract, rows: channels, channels: inner)
        try multiplyResidual(
            activated, contract, bias: parameters.contractBias, keeping: contracted, scale: parameters.scale,
            factor: branch.factor, images: images, to: input, into: output)
        guard let hidden, let contracted else { return (output, nil) }
        return (
            output,
            CUDABlockActivations(
                input: input, branch: branch, images: images, convolved: convolved, statistics: statistics,
                hidden: hidden, contracted: contracted)
        )
    }

    private func norm(_ parameters: BlockTensors) -> LayerNorm {
        LayerNorm(gamma: parameters.gamma, beta: parameters.beta)
    }

    /// See `LayerOperations`.
    package func blockGradient(
        _ kept: any Activations, _ parameters: BlockTensors, _ gradient: Tensor, into gradients: BlockTensors,
        needsInput: Bool
    ) throws(ComputeError) {
        if kept is CUDANothing { return }
        guard let kept = kept as? CUDABlockActivations else { preconditionFailure("activations of another layer") }
        let count = kept.hidden.rows
        let (channels, inner) = (kept.convolved.channels, kept.hidden.channels)
        let shape = kept.images.shape(of: kept.input.shape)

        // The branch's result becomes its gradient.
        let branch = kept.contracted
        try context.call { table, handle in
            table.residual_gradient(
                handle, gradient.card, kept.images.numbers, branch.base, branch.type, parameters.contractBias.card,
                parameters.scale.card, kept.branch.factor, branch.base, gradients.scale.card,
                gradients.contractBias.card, shape.card)
        }

        // GELU's results take the place of what they are made of.
        let (hidden, activated) = (try rows(count, inner), kept.hidden)
        let contract = try weights(parameters.contract, rows: channels, channels: inner)
        try multiplyGELUGradient(
            branch, contract, hidden: kept.hidden, bias: parameters.expandBias, into: hidden,
            biasGradient: gradients.expandBias)
        try multiply(
            branch.operand.transposed, activated.operand, rows: channels, columns: inner, depth: count,
            into: gradients.contract.operand(stride: inner), adds: true)

        let expand = try weights(parameters.expand, rows: inner, channels: channels)
        let convolved = try rows(count, channels)
        try multiply(
            hidden.operand, expand.operand, rows: count, columns: channels, depth: inner, into: convolved.operand)
        // The normalised rows take the place of the convolution's result, and the gradient its own.
        let normal = kept.convolved
        try context.call { table, handle in
            table.layer_norm_gradient(
                handle, kept.convolved.base, kept.convolved.type, kept.statistics.card, parameters.gamma.card,
                parameters.beta.card, convolved.base, convolved.type, convolved.base, convolved.type, normal.base,
                gradients.gamma.card, gradients.beta.card, Int64(count), Int32(channels))
        }
        try multiply(
            hidden.operand.transposed, normal.operand, rows: inner, columns: channels, depth: count,
            into: gradients.expand.operand(stride: channels), adds: true)
        try convolutionGradient(kept, convolved, parameters, gradient, into: gradients, needsInput: needsInput)
    }

    /// From the gradient of the convolution's result to those of its taps, its bias and its input.
    private func convolutionGradient(
        _ kept: CUDABlockActivations, _ convolved: CUDARows, _ parameters: BlockTensors, _ gradient: Tensor,
        into gradients: BlockTensors, needsInput: Bool
    ) throws(ComputeError) {
        let channels = convolved.channels
        let shape = kept.images.shape(of: kept.input.shape)
        let tapsGradient = try zeros(Shape(rows: 7, columns: 7, channels: channels))
        try context.call { table, handle in
            table.depthwise_weight_gradient(
                handle, kept.input.card, mammo_cuda_fp32, kept.images.numbers, convolved.base, convolved.type, 7, 1,
                tapsGradient.card, gradients.depthwiseBias.card, shape.card)
        }
        try addFromPatchOrder(tapsGradient, outputs: 1, channels: channels, taps: 49, to: gradients.depthwise)
        guard needsInput else { return }
        let taps = try taps(parameters.depthwise, channels: channels)
        try context.call { table, handle in
            table.depthwise_input_gradient(
                handle, convolved.base, convolved.type, kept.images.numbers, 7, 1, taps.card, gradient.card,
                mammo_cuda_fp32, 1, shape.card)
        }
    }
}
