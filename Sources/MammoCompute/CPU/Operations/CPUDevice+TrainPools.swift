/// What a maximum keeps: for each value the position that it comes from, within its image.
private final class KeptMaxima: Activations {
    let shape: Shape
    let places: [Int32]

    init(_ shape: Shape, _ places: [Int32]) { (self.shape, self.places) = (shape, places) }
}

/// What a generalised mean keeps: its input, the means and their derivatives by the exponent.
private final class KeptMeans: Activations {
    let (input, means): (Tensor, Tensor)
    let slopes: [Double]

    init(_ input: Tensor, _ means: Tensor, _ slopes: [Double]) {
        (self.input, self.means, self.slopes) = (input, means, slopes)
    }
}

// The largest value and the generalised mean in training.
extension CPUDevice {
    /// By the kernels of `maxima` and `generalisedMeans`.
    package func trainPool(
        _ input: Tensor, exponent: Tensor?, keeps: Bool
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        guard let exponent else {
            let (values, places) = try maxima(input, keepsPlaces: keeps)
            return (values, KeptMaxima(input.shape, places))
        }
        let (means, slopes) = try generalisedMeans(input, exponent.host[0], keepsSlopes: keeps)
        return (means, KeptMeans(input, means, slopes))
    }

    /// A maximum's gradient goes to one position, the exponent's is a sum in double precision.
    package func poolGradient(
        _ kept: any Activations, exponent: Tensor?, _ gradient: Tensor, addingTo exponentGradient: Tensor?,
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        if let kept = kept as? KeptMaxima { return needsInput ? try maximaGradient(kept, gradient) : nil }
        guard let kept = kept as? KeptMeans, let exponent else {
            preconditionFailure("activations of another layer")
        }
        let values = gradient.host
        exponentGradient?.add([kept.slopes.indices.reduce(0) { $0 + kept.slopes[$1] * Double(values[$1]) }])
        guard needsInput else { return nil }
        return try generalisedMeansGradient(kept.input, means: kept.means, exponent.host[0], gradient)
    }

    private func maximaGradient(_ kept: KeptMaxima, _ gradient: Tensor) throws(ComputeError) -> Tensor {
        let (shape, channels) = (kept.shape, kept.shape.channels)
        let result = try zeros(shape)
        let (values, out) = (gradient.host, result.host)
        for (place, position) in kept.places.enumerated() {
            let (image, channel) = place.quotientAndRemainder(dividingBy: channels)
            let row = image * shape.rows * shape.columns + Int(position)
            out[row * channels + channel] = values[place]
        }
        return result
    }
}
