import CKernels
import MammoGraph

/// The mean over an image's positions in training.
struct MeanOperation: SegmentOperation {
    private final class Kept: Activations {
        let shape: Shape

        init(_ shape: Shape) { self.shape = shape }
    }

    func shape(of input: Shape) -> Shape { Shape(images: input.images, channels: input.channels) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        (try device.means(input), Kept(input.shape))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        return needsInput ? try device.meanGradient(gradient, of: kept.shape) : nil
    }
}

/// An activation by itself in training.
struct ActivationOperation: SegmentOperation {
    let activation: Activation

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        (try device.affine(input, activation: activation), KeptInput(input))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let input = (kept as? KeptInput)?.input else { preconditionFailure("activations of another layer") }
        device.affineGradient(input, scale: nil, shift: nil, activation, gradient)
        return gradient
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
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        guard probability > 0, input.shape.images > 0, let masks = pass.dropout else { return (input, Kept(nil)) }
        let count = input.shape.count / input.shape.images
        let factors = (0..<input.shape.images).flatMap {
            masks.factors(image: $0, count: count, probability: probability)
        }
        return (try multiplied(input, factors, on: device), Kept(factors))
    }

    private func multiplied(_ input: Tensor, _ factors: [Float], on device: CPUDevice) throws(ComputeError) -> Tensor {
        let output = try device.makeTensor(input.shape)
        let (source, out) = (input.host, output.host)
        for place in factors.indices { out[place] = source[place] * factors[place] }
        return output
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        guard needsInput, let factors = kept.factors else { return gradient }
        return try multiplied(gradient, factors, on: device)
    }
}
