import MammoCompute
import MammoGraph

/// Where in an image a network's logit comes from: Grad-CAM (Selvaraju et al., 2017) of the last stage.
///
/// Each channel is weighted by the mean over positions of the logit's gradient, the weighted sum is cut off at zero. What
/// follows the last feature map here is a pooling, a norm where the head has one, and one product, so that the gradient has a
/// closed form.
public struct GradCAM: Sendable {
    /// Rows of the map: those of the last stage.
    public let rows: Int
    /// Columns of the map.
    public let columns: Int
    /// rows × columns values, none below zero.
    public let values: [Float]

    /// The maps of a batch, from what a pass that was made anyway has left.
    ///
    /// - Parameters:
    ///   - network: A network with one logit.
    ///   - lastStage: The output of its last stage, N×H×W×C.
    /// - Returns: One map for each image.
    /// - Throws: `ComputeError`.
    public static func maps(of network: InferenceNetwork, lastStage: Tensor) throws -> [GradCAM] {
        precondition(network.outputs == 1, "one logit")
        let activations = try network.device.read(lastStage)
        let count = lastStage.shape.count / max(lastStage.shape.images, 1)
        return (0..<lastStage.shape.images).map {
            GradCAM(network, activations[$0 * count..<($0 + 1) * count], lastStage.shape)
        }
    }

    /// The map of one image from the activations of its positions.
    private init(_ network: InferenceNetwork, _ activations: ArraySlice<Float>, _ shape: Shape) {
        let (channels, positions) = (shape.channels, shape.rows * shape.columns)
        let first = activations.startIndex
        let pooled = PooledActivations(activations, channels: channels, of: network)
        let gradient = zip(Self.gradient(pooled.values, network), pooled.slopes).map { $0 * $1 }
        rows = shape.rows
        columns = shape.columns
        values = (0..<positions).map { position in
            var sum = 0.0
            for channel in 0..<channels {
                sum +=
                    gradient[channel] / Double(positions) * Double(activations[first + position * channels + channel])
            }
            return Float(max(0, sum))
        }
    }

    /// d logit / d pooled value, by way of the classifier's product and norm.
    private static func gradient(_ pooled: [Double], _ network: InferenceNetwork) -> [Double] {
        let norms = network.architecture.head.layers.compactMap { layer -> Double? in
            if case .layerNorm(_, let epsilon) = layer { Double(epsilon) } else { nil }
        }
        // The product's weights and bias are the last entries.
        let weights = network.head[network.head.count - 2].map(Double.init)
        let entries = network.architecture.head.entries
        guard let epsilon = norms.first, let gamma = entries.firstIndex(where: { $0.role == .normWeight }) else {
            return weights
        }
        let count = Double(pooled.count)
        let mean = pooled.reduce(0, +) / count
        let variance = pooled.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / count
        let inverse = 1 / (variance + epsilon).squareRoot()
        let normal = pooled.map { ($0 - mean) * inverse }
        // What arrives at the normalised values, and its parts along 1 and along them, which the norm takes out.
        let arriving = zip(weights, network.head[gamma]).map { $0 * Double($1) }
        let along = arriving.reduce(0, +) / count
        let across = zip(arriving, normal).map { $0 * $1 }.reduce(0, +) / count
        return zip(arriving, normal).map { ($0 - along - $1 * across) * inverse }
    }
}
