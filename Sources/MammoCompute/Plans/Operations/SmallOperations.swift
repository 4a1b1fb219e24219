import MammoGraph

/// The mean over an image's positions in training. It is in single precision wherever it goes.
struct MeanOperation: SegmentOperation {
    private final class Kept: Activations {
        let shape: Shape

        init(_ shape: Shape) { self.shape = shape }
    }

    func shape(of input: Shape) -> Shape { Shape(images: input.images, channels: input.channels) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        (try device.means(input), Kept(input.shape))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        return destination == nil ? nil : try device.meanGradient(gradient, of: kept.shape)
    }
}

/// An activation by itself in training.
struct ActivationOperation: SegmentOperation {
    let activation: Activation

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        (
            try device.affine(input, scale: nil, shift: nil, activation: activation, to: destination),
            KeptInput(input)
        )
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        guard let input = (kept as? KeptInput)?.input else { preconditionFailure("activations of another layer") }
        guard let destination else { return nil }
        return try device.activationGradient(input, activation, gradient, to: destination)
    }
}

/// `nn.Dropout` in training: each value is kept with a probability of 1 - p and then divided by it.
struct DropoutOperation: SegmentOperation {
    let probability: Double

    private final class Kept: Activations {
        let factors: [Float]?

        init(_ factors: [Float]?) { self.factors = factors }
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        guard probability > 0, input.shape.images > 0, let masks = pass.dropout else {
            return (try device.passed(input, to: destination), Kept(nil))
        }
        let count = input.shape.count / input.shape.images
        let factors = (0..<input.shape.images).flatMap {
            masks.factors(image: $0, count: count, probability: probability)
        }
        return (try device.multiplied(input, by: factors, to: destination), Kept(factors))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        guard let destination else { return nil }
        guard let factors = kept.factors else { return try device.passed(gradient, to: destination) }
        return try device.multiplied(gradient, by: factors, to: destination)
    }
}
