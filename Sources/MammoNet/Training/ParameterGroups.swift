import MammoGraph

/// How parameters differ in their weight decay and their learning rate: what PyTorch calls parameter groups.
public struct ParameterGroups: Equatable, Sendable {
    /// The weight decay of the parameters that have one.
    public var weightDecay: Double
    /// Vectors (biases, norms, layer scales) do not decay, as in timm.
    public var sparesVectors: Bool

    /// Groups of parameters.
    ///
    /// - Parameters:
    ///   - weightDecay: Of the parameters that have one.
    ///   - sparesVectors: Whether vectors do not decay.
    public init(weightDecay: Double, sparesVectors: Bool = false) {
        (self.weightDecay, self.sparesVectors) = (weightDecay, sparesVectors)
    }

    /// A parameter's weight decay.
    ///
    /// - Parameter parameter: One of the network's.
    /// - Returns: 0 where it is spared.
    public func weightDecay(of parameter: ParameterSpec) -> Double {
        sparesVectors && !parameter.decays ? 0 : weightDecay
    }
}
