/// A ConvNeXt block for prediction.
struct ConvNeXtBlockInference<Operations: LayerOperations>: InferencePlan {
    private let device: Operations
    private let block: Block

    init(_ channels: Int, _ values: [[Float]], on device: Operations) throws(ComputeError) {
        self.device = device
        let (scale, taps) = (values[0], values[1].transposed(matrices: 1, rows: channels, columns: 49))
        block = Block(
            depthwise: Depthwise(
                weights: try device.tensor(taps, Shape(rows: 7, columns: 7, channels: channels)),
                bias: try device.vector(values[2])),
            norm: try device.norm(values[3], values[4]),
            expand: try device.matrix(
                LinearWeights(inputs: channels, outputs: 4 * channels, values: values[5], bias: values[6])),
            contract: try device.matrix(
                LinearWeights(
                    inputs: 4 * channels, outputs: channels, values: values[7], bias: values[8], scale: scale)))
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        // A block reads its neighbours' inputs, so it cannot write over its own.
        let isFit = spare.map { $0.shape == input.shape && $0 !== input } ?? false
        let output = if isFit, let spare { spare } else { try device.makeTensor(input.shape) }
        try device.block(input, block, into: output)
        return output
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
