/// The classifier after the pooling, on the host in double precision: norm, then one logit. It is so small that nothing is
/// gained by a device.
struct ClassifierHead {
    let gamma: [Float]
    let beta: [Float]
    let weights: [Float]
    let bias: Float

    /// Gradients of the four.
    struct Gradients {
        var gamma: [Float]
        var beta: [Float]
        var weights: [Float]
        var bias: Float
    }

    private static let epsilon = 1e-6

    /// An image's row: normalised, and one over its deviation.
    private func normalised(_ row: ArraySlice<Float>) -> (values: [Double], inverse: Double) {
        let count = Double(row.count)
        let mean = row.reduce(0.0) { $0 + Double($1) } / count
        let variance = row.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        let inverse = 1 / (variance + Self.epsilon).squareRoot()
        return (row.map { (Double($0) - mean) * inverse }, inverse)
    }

    private func rows(_ pooled: [Float]) -> [ArraySlice<Float>] {
        stride(from: 0, to: pooled.count, by: gamma.count).map { pooled[$0..<$0 + gamma.count] }
    }

    /// The logits of a batch.
    ///
    /// - Parameter pooled: images × channels.
    /// - Returns: One for each image.
    func logits(_ pooled: [Float]) -> [Float] {
        rows(pooled).map { row in
            let normal = normalised(row).values
            var sum = Double(bias)
            for c in normal.indices { sum += (normal[c] * Double(gamma[c]) + Double(beta[c])) * Double(weights[c]) }
            return Float(sum)
        }
    }

    /// From the logits' gradients to those of the pooled rows and the parameters.
    ///
    /// - Parameters:
    ///   - pooled: images × channels.
    ///   - slopes: One for each image.
    /// - Returns: images × channels, and the parameters' gradients.
    func gradients(_ pooled: [Float], slopes: [Float]) -> (pooled: [Float], parameters: Gradients) {
        let channels = gamma.count
        var (gammas, betas, weightSums) = (
            [Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels),
            [Double](repeating: 0, count: channels)
        )
        var result: [Float] = []
        for (row, slope) in zip(rows(pooled), slopes) {
            let (normal, inverse) = normalised(row)
            var inner = [Double](repeating: 0, count: channels)
            for c in 0..<channels {
                let outer = Double(slope) * Double(weights[c])
                gammas[c] += outer * normal[c]
                betas[c] += outer
                weightSums[c] += Double(slope) * (normal[c] * Double(gamma[c]) + Double(beta[c]))
                inner[c] = outer * Double(gamma[c])
            }
            let mean = inner.reduce(0, +) / Double(channels)
            let share = zip(inner, normal).reduce(0) { $0 + $1.0 * $1.1 } / Double(channels)
            result += (0..<channels).map { Float((inner[$0] - mean - normal[$0] * share) * inverse) }
        }
        let parameters = Gradients(
            gamma: gammas.map { Float($0) }, beta: betas.map { Float($0) }, weights: weightSums.map { Float($0) },
            bias: Float(slopes.reduce(0.0) { $0 + Double($1) }))
        return (result, parameters)
    }
}
