import MammoGraph

/// What a layer norm keeps for its gradient.
private final class LayerNormActivations: Activations {
    /// Before the norm's own scale and shift.
    let normal: Tensor
    /// One over the deviation of each position.
    let inverse: Tensor

    init(_ normal: Tensor, _ inverse: Tensor) { (self.normal, self.inverse) = (normal, inverse) }
}

// Layer norms by themselves in training.
extension CPUDevice {
    /// See `MapOperations`.
    package func trainLayerNorm(
        _ input: Tensor, _ norm: LayerNorm, to destination: Destination
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let channels = input.shape.channels
        let normal = try makeTensor(input.shape)
        let inverse = try makeTensor(input.shape.with(channels: 1))
        parallelRanges(input.shape.positions, threads: threads, grain: 256) { range, _ in
            let first = range.lowerBound * channels
            (normal.host + first).update(from: input.host + first, count: range.count * channels)
            normalise(
                normal.host + first, inverse: inverse.host + range.lowerBound, count: range.count, channels: channels)
        }
        let output = try affine(normal, scale: norm.gamma, shift: norm.beta, activation: nil, to: destination)
        return (output, LayerNormActivations(normal, inverse))
    }

    /// See `MapOperations`.
    package func layerNormGradient(
        _ kept: any Activations, _ norm: LayerNorm, _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? LayerNormActivations else { preconditionFailure("activations of another layer") }
        let channels = gradient.shape.channels
        let sums = try moments(kept.normal, center: nil, factors: gradient)
        gradients[0]?.add(sums.products)
        gradients[1]?.add(sums.sums)
        guard let destination else { return nil }
        let result = try affine(gradient, scale: norm.gamma)
        parallelRanges(result.shape.positions, threads: threads, grain: 256) { range, _ in
            normaliseGradient(
                result.host + range.lowerBound * channels, normal: kept.normal.host + range.lowerBound * channels,
                inverse: kept.inverse.host + range.lowerBound, count: range.count, channels: channels)
        }
        return try finished(result, destination)
    }
}
