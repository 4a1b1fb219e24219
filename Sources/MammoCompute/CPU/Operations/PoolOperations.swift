import MammoGraph

/// The largest value over an image's positions in training: `nn.AdaptiveMaxPool2d(1)`.
struct MaximumOperation: SegmentOperation {
    private final class Kept: Activations {
        let shape: Shape
        /// For each value, the position that it comes from, within its image.
        let places: [Int32]

        init(_ shape: Shape, _ places: [Int32]) { (self.shape, self.places) = (shape, places) }
    }

    func shape(of input: Shape) -> Shape { Shape(images: input.images, channels: input.channels) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let (values, places) = try device.maxima(input, keepsPlaces: pass.keeps)
        return (values, Kept(input.shape, places))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        guard needsInput else { return nil }
        let (shape, channels) = (kept.shape, kept.shape.channels)
        let result = try device.zeros(shape)
        let (values, out) = (gradient.host, result.host)
        for (place, position) in kept.places.enumerated() {
            let (image, channel) = place.quotientAndRemainder(dividingBy: channels)
            let row = image * shape.rows * shape.columns + Int(position)
            out[row * channels + channel] = values[place]
        }
        return result
    }
}

/// The generalised mean over an image's positions in training, with its exponent: see `Pooling`.
struct GeneralisedMeanOperation: SegmentOperation {
    /// The exponent.
    var entries: Int { 1 }

    private final class Kept: Activations {
        let (input, means): (Tensor, Tensor)
        /// The means' derivatives by the exponent.
        let slopes: [Double]

        init(_ input: Tensor, _ means: Tensor, _ slopes: [Double]) {
            (self.input, self.means, self.slopes) = (input, means, slopes)
        }
    }

    func shape(of input: Shape) -> Shape { Shape(images: input.images, channels: input.channels) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let (means, slopes) = try device.generalisedMeans(input, parameters[0].host[0], keepsSlopes: pass.keeps)
        return (means, Kept(input, means, slopes))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        let values = gradient.host
        let slope = kept.slopes.indices.reduce(0) { $0 + kept.slopes[$1] * Double(values[$1]) }
        gradients[0]?.add([slope])
        return needsInput
            ? try device.generalisedMeansGradient(kept.input, means: kept.means, parameters[0].host[0], gradient) : nil
    }
}
