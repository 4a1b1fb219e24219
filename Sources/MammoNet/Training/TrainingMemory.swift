import MammoCompute
import MammoGraph

/// How much memory training takes on a device, estimated from what is kept.
public struct TrainingMemory: Equatable, Sendable {
    /// Parameters, gradients, what the optimizer remembers, and the average.
    public let parameters: Int
    /// What a batch's forward pass keeps for its gradients.
    public let activations: Int
    /// What one segment's gradient works on beside it.
    public let work: Int

    /// Bytes in all.
    public var bytes: Int { parameters + activations + work }

    /// Estimates a training step.
    ///
    /// - Parameters:
    ///   - architecture: The network.
    ///   - device: Where it is to be trained.
    ///   - input: The shape of a batch: N×H×W×3.
    ///   - frozen: How many parameters, from the first, are frozen.
    ///   - recomputes: Whether nothing but the segments' inputs is kept.
    ///   - averages: Whether an average of the parameters is kept.
    ///   - optimizer: What it remembers of each parameter is counted.
    /// - Throws: `ComputeError.unavailable` where the device cannot compute the network.
    public init(
        _ architecture: Network, on device: any Device, input: Shape, frozen: Int, recomputes: Bool, averages: Bool,
        optimizer: OptimizerOptions = .adamW(AdamW.Options())
    ) throws(ComputeError) {
        let all = architecture.entries.reduce(0) { $0 + $1.count }
        let trained = architecture.parameters.dropFirst(frozen).reduce(0) { $0 + $1.count }
        parameters = 4 * ((1 + optimizer.valuesPerParameter) * all + trained + (averages ? all : 0))
        let firstTrained = architecture.firstSegment(after: frozen)
        var (kept, largest, shape) = (0, 0, input)
        for (place, segment) in architecture.features.enumerated() {
            let plan = try device.plan(segment)
            let inner = 4 * plan.keptValues(of: shape)
            shape = plan.shape(of: shape)
            let output = 4 * shape.count
            largest = max(largest, recomputes ? inner + 3 * output : 3 * output)
            if place >= firstTrained { kept += output + (recomputes ? 0 : inner) }
        }
        activations = kept + 4 * input.count
        work = largest + (64 << 20)
    }
}

extension Network {
    /// The first segment that has a parameter which is not frozen.
    ///
    /// - Parameter frozen: How many parameters, from the first, are frozen.
    /// - Returns: Its place in `segments`; their number where all parameters are frozen.
    func firstSegment(after frozen: Int) -> Int {
        var count = 0
        for (place, segment) in segments.enumerated() {
            count += segment.entries.count(where: \.isTrained)
            if count > frozen { return place }
        }
        return segments.count
    }
}
