import MammoGraph

/// The mean over positions, a norm and a product, for prediction.
struct PooledHeadInference<Operations: LayerOperations>: InferencePlan {
    private let device: Operations
    private let norm: LayerNorm
    private let classifier: any Matrix

    init(_ classifier: Linear, _ values: [[Float]], on device: Operations) throws(ComputeError) {
        self.device = device
        norm = try device.norm(values[0], values[1])
        self.classifier = try device.matrix(
            LinearWeights(
                inputs: classifier.inputs, outputs: classifier.outputs, values: values[2], bias: values[3]))
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        try device.linear(try device.layerNorm(try device.mean(input), norm), classifier, finish: .none)
    }
}

/// The mean over positions, a norm and one logit, in training.
struct PooledHeadGradient<Operations: LayerOperations>: GradientPlan {
    let classifier: Linear
    let device: Operations

    private final class Kept: Activations {
        let pooled: Tensor
        let input: Shape

        init(_ pooled: Tensor, _ input: Shape) { (self.pooled, self.input) = (pooled, input) }
    }

    private func named(_ tensors: [Tensor]) -> HeadTensors {
        HeadTensors(gamma: tensors[0], beta: tensors[1], weights: tensors[2], bias: tensors[3])
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        precondition(classifier.outputs == 1, "one logit")
        let pooled = try device.mean(input)
        return (try device.head(pooled, named(parameters)), pass.keeps ? Kept(pooled, input.shape) : nil)
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another segment") }
        let pooled = try device.headGradient(
            kept.pooled, named(parameters), slopes: gradient, into: named(gradients.compactMap { $0 }))
        return needsInput ? try device.meanGradient(pooled, of: kept.input) : nil
    }

    func shape(of input: Shape) -> Shape { Shape(images: input.images, channels: classifier.outputs) }

    func keptValues(of input: Shape) -> Int { input.images * input.channels }
}
