import Glibc
import MammoGraph

/// What a head's pooling makes of an image's last feature map, and how much of its result's gradient arrives there.
struct PooledActivations {
    /// One for each channel.
    let values: [Double]
    /// For each channel, the sum over positions of the pooled value's derivative.
    let slopes: [Double]

    /// Pools an image's last feature map.
    ///
    /// - Parameters:
    ///   - activations: positions × channels.
    ///   - channels: Of the map.
    ///   - network: Whose head has the pooling.
    init(_ activations: ArraySlice<Float>, channels: Int, of network: InferenceNetwork) {
        let positions = activations.count / channels
        func values(_ channel: Int) -> some Sequence<Double> {
            stride(from: activations.startIndex + channel, to: activations.endIndex, by: channels)
                .lazy.map { Double(activations[$0]) }
        }
        switch network.architecture.pooling {
        case .mean:
            self.values = (0..<channels).map { values($0).reduce(0, +) / Double(positions) }
            slopes = [Double](repeating: 1, count: channels)
        case .maximum:
            // One position has all of the gradient.
            self.values = (0..<channels).map { values($0).max() ?? 0 }
            slopes = [Double](repeating: 1, count: channels)
        case .generalisedMean:
            // The exponent is the head's first entry.
            let (exponent, epsilon) = (Double(network.head[0][0]), Double(Pooling.epsilon))
            let means = (0..<channels).map { channel in
                pow(
                    values(channel).reduce(0) { $0 + pow(max($1, epsilon), exponent) } / Double(positions), 1 / exponent
                )
            }
            self.values = means
            slopes = (0..<channels).map { channel in
                values(channel).reduce(0) { sum, value in
                    value < epsilon ? sum : sum + pow(value / means[channel], exponent - 1) / Double(positions)
                }
            }
        }
    }
}
