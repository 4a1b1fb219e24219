import CCUDA

/// What a layer norm keeps for its gradient: its input, and each row's mean and one over its deviation.
private final class CUDALayerNormActivations: Activations {
    let (input, statistics): (Tensor, Tensor)

    init(_ input: Tensor, _ statistics: Tensor) { (self.input, self.statistics) = (input, statistics) }
}

// Layer norms by themselves in training.
extension CUDADevice {
    /// See `MapOperations`.
    package func trainLayerNorm(
        _ input: Tensor, _ norm: LayerNorm, to destination: Destination
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let rows = input.cardRows
        let statistics = try makeTensor(Shape(rows: rows.rows, channels: 2))
        let output = try made(input.shape, for: destination) { out throws(ComputeError) in
            let out = out.cardRows
            try normalise(
                rows.base, rows.type, norm, rows: rows.rows, statistics: statistics, into: out.base, out.type)
        }
        return (output, CUDALayerNormActivations(input, statistics))
    }

    /// See `MapOperations`.
    package func layerNormGradient(
        _ kept: any Activations, _ norm: LayerNorm, _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? CUDALayerNormActivations else { preconditionFailure("activations of another layer") }
        let (rows, slopes) = (kept.input.cardRows, gradient.cardRows)
        // Sums that nobody asks for go somewhere too.
        let unwanted = try zeros(norm.gamma.shape)
        let (gamma, beta) = (gradients[0] ?? unwanted, gradients[1] ?? unwanted)
        let result = try made(gradient.shape, for: destination ?? .within) { out throws(ComputeError) in
            let out = out.cardRows
            try context.call { table, handle in
                table.layer_norm_gradient(
                    handle, rows.base, rows.type, kept.statistics.card, norm.gamma.card, nil, slopes.base, slopes.type,
                    out.base, out.type, nil, gamma.card, beta.card, Int64(rows.rows), Int32(rows.channels))
            }
        }
        return destination == nil ? nil : result
    }
}
