import MammoGraph

/// A convolution, dense or of each channel by itself, in training.
struct ConvolutionOperation: SegmentOperation {
    let extents: Convolution

    var entries: Int { extents.hasBias ? 2 : 1 }

    func shape(of input: Shape) -> Shape { extents.shape(of: input) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let bias = extents.hasBias ? parameters[1] : nil
        return (try device.convolution(input, parameters[0], bias: bias, extents, to: destination), KeptInput(input))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        guard let input = (kept as? KeptInput)?.input else { preconditionFailure("activations of another layer") }
        if let weights = gradients[0] { try device.addWeightGradient(input, gradient, extents, to: weights) }
        if extents.hasBias, let bias = gradients[1] { try device.addPositions(of: gradient, to: bias) }
        guard let destination else { return nil }
        return try device.inputGradient(gradient, parameters[0], extents, of: input.shape, to: destination)
    }
}
