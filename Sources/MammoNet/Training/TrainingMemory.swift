/// How much memory training takes on a device, estimated from what is kept.
public struct TrainingMemory: Equatable, Sendable {
    /// Parameters, gradients, moments and the average.
    public let parameters: Int
    /// What a batch's forward pass keeps for its gradients.
    public let activations: Int
    /// What one layer's gradient works on beside it.
    public let work: Int

    /// Bytes in all.
    public var bytes: Int { parameters + activations + work }

    /// Estimates a training step.
    ///
    /// - Parameters:
    ///   - architecture: The network's extents.
    ///   - images: Images in a batch.
    ///   - rows: Rows of an image.
    ///   - columns: Columns of an image.
    ///   - frozen: How many parameters, from the first, are frozen.
    ///   - recomputes: Whether nothing but the layers' inputs is kept.
    ///   - averages: Whether an average of the parameters is kept.
    public init(
        _ architecture: ConvNeXtArchitecture, images: Int, rows: Int, columns: Int, frozen: Int, recomputes: Bool,
        averages: Bool
    ) {
        let list = architecture.parameters
        let all = list.reduce(0) { $0 + $1.count }
        let trained = list.dropFirst(frozen).reduce(0) { $0 + $1.count }
        parameters = 4 * (3 * all + trained + (averages ? all : 0))
        let trainedNames = list.dropFirst(frozen).map(\.name)
        var (kept, largest) = (0, 0)
        var isKept = false
        for layer in NetworkLayer.all(of: architecture) {
            isKept = isKept || trainedNames.contains { $0.hasPrefix(layer.prefix) }
            let stage: Int
            let values: Int
            switch layer {
            case .stem: (stage, values) = (0, 48 + architecture.widths[0])
            case .block(let name, _):
                stage = (Int(name.split(separator: ".")[1]) ?? 1) / 2
                // The normalised rows and the hidden ones; the output is the next layer's input.
                values = 5 * architecture.widths[stage]
            case .downsample(let name):
                stage = (Int(name.split(separator: ".")[1]) ?? 2) / 2
                values = 4 * architecture.widths[stage - 1]
            }
            let side = 4 << stage
            let positions = images * (rows / side) * (columns / side)
            let inner = 4 * positions * values
            let output = 4 * positions * architecture.widths[stage]
            largest = max(largest, recomputes ? inner + 3 * output : 3 * output)
            if isKept { kept += output + (recomputes ? 0 : inner) }
        }
        activations = kept + 4 * images * rows * columns * 3
        work = largest + (64 << 20)
    }
}
