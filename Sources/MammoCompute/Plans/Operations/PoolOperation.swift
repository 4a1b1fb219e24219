import MammoGraph

/// The largest value (`nn.AdaptiveMaxPool2d(1)`) or the generalised mean (see `Pooling`) over an image's positions in training.
/// Its output is in single precision wherever it goes.
struct PoolOperation: SegmentOperation {
    /// Not the mean, which is `MeanOperation`.
    let pooling: Pooling

    /// The exponent of a generalised mean.
    var entries: Int { pooling == .generalisedMean ? 1 : 0 }

    func shape(of input: Shape) -> Shape { Shape(images: input.images, channels: input.channels) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        try device.trainPool(input, exponent: parameters.first, keeps: pass.keeps)
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        try device.poolGradient(
            kept, exponent: parameters.first, gradient, addingTo: gradients.first ?? nil,
            needsInput: destination != nil)
    }
}
