import MammoGraph

/// A normalisation over the channels of each position in training.
struct LayerNormOperation: SegmentOperation {
    var entries: Int { 2 }

    private func norm(_ parameters: [Tensor]) -> LayerNorm {
        LayerNorm(gamma: parameters[0], beta: parameters[1], epsilon: Structure.layerNormEpsilon)
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        try device.trainLayerNorm(input, norm(parameters), to: destination)
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        try device.layerNormGradient(kept, norm(parameters), gradient, into: gradients, to: destination)
    }
}
