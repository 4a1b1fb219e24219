import MammoGraph

/// A convolution of patches and a norm for prediction.
struct PatchesInference<Operations: LayerOperations>: InferencePlan {
    private let device: Operations
    private let side: Int
    private let matrix: any Matrix
    private let (before, after): (LayerNorm?, LayerNorm?)

    init(
        _ convolution: Convolution, norm place: Structure.NormPlace, _ values: [[Float]], on device: Operations
    ) throws(ComputeError) {
        self.device = device
        let parts = PatchParts(convolution, norm: place, values)
        side = parts.side
        matrix = try device.matrix(parts.weights)
        let made = try device.norm(parts.norm.gamma, parts.norm.beta)
        (before, after) = place == .after ? (nil, made) : (made, nil)
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        try device.patches(input, side: side, matrix, before: before, after: after)
    }
}

/// A convolution of patches and a norm in training.
struct PatchesGradient<Operations: LayerOperations>: GradientPlan {
    let convolution: Convolution
    let norm: Structure.NormPlace
    let device: Operations

    /// The entries' tensors by what they are.
    private func named(_ tensors: [Tensor]) -> PatchTensors {
        norm == .after
            ? PatchTensors(gamma: tensors[2], beta: tensors[3], weights: tensors[0], bias: tensors[1])
            : PatchTensors(gamma: tensors[0], beta: tensors[1], weights: tensors[2], bias: tensors[3])
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        let (output, kept) =
            norm == .after
            ? try device.trainStem(input, named(parameters)) : try device.trainDownsample(input, named(parameters))
        return (output, pass.keeps ? kept : nil)
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        let gradients = named(gradients.compactMap { $0 })
        if norm == .before { return try device.downsampleGradient(kept, named(parameters), gradient, into: gradients) }
        precondition(!needsInput, "a stem's input is the image")
        try device.stemGradient(kept, named(parameters), gradient, into: gradients)
        return nil
    }

    func shape(of input: Shape) -> Shape { convolution.shape(of: input) }

    /// The patches, and what a norm after them was given.
    func keptValues(of input: Shape) -> Int {
        let output = shape(of: input)
        let patches = convolution.kernel * convolution.kernel * convolution.inputs
        return output.positions * (patches + (norm == .after ? convolution.outputs : 0))
    }
}
