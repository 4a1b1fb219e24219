/// A ConvNeXt block for prediction.
struct ConvNeXtBlockInference<Operations: LayerOperations>: InferencePlan {
    private let device: Operations
    private let block: Block

    init(_ channels: Int, _ values: [[Float]], on device: Operations) throws(ComputeError) {
        self.device = device
        let parts = ConvNeXtBlockParts(channels, values)
        block = Block(
            depthwise: try parts.depthwise(on: device), norm: try device.norm(parts.norm.gamma, parts.norm.beta),
            expand: try device.matrix(parts.expand), contract: try device.matrix(parts.contract))
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        let output = try device.outputOfBlock(of: input, spare: spare)
        try device.block(input, block, into: output)
        return output
    }
}

extension Device {
    /// Where a block's output goes: the spare tensor where it fits. A block reads its neighbours' inputs, so it cannot write over
    /// its own.
    func outputOfBlock(of input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        if let spare, spare.shape == input.shape, spare !== input { return spare }
        return try makeTensor(input.shape)
    }
}

/// A ConvNeXt block in training.
struct ConvNeXtBlockGradient<Operations: LayerOperations>: GradientPlan {
    let channels: Int
    let device: Operations

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        try device.trainBlock(input, BlockTensors(parameters), pass.branch, keeps: pass.keeps)
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        try device.blockGradient(
            kept, BlockTensors(parameters), gradient, into: BlockTensors(gradients.compactMap { $0 }),
            needsInput: needsInput)
        return needsInput ? gradient : nil
    }

    func shape(of input: Shape) -> Shape { input }

    /// The normalised rows and the hidden ones.
    func keptValues(of input: Shape) -> Int { 5 * input.count }
}
