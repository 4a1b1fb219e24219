import MammoGraph

/// How parameters differ in their weight decay and their learning rate: what PyTorch calls parameter groups, and timm makes
/// of a network's layers.
public struct ParameterGroups: Equatable, Sendable {
    /// The weight decay of the parameters that have one.
    public var weightDecay: Double
    /// Vectors (biases, norms, layer scales) do not decay, as in timm.
    public var sparesVectors: Bool
    /// The learning rate of a layer as a share of that of the layer after it, the head having the whole; 1: all learn alike.
    public var layerDecay: Double

    /// Groups of parameters.
    ///
    /// - Parameters:
    ///   - weightDecay: Of the parameters that have one.
    ///   - sparesVectors: Whether vectors do not decay.
    ///   - layerDecay: The learning rate of a layer as a share of that of the layer after it, above 0 to 1.
    public init(weightDecay: Double, sparesVectors: Bool = false, layerDecay: Double = 1) {
        (self.weightDecay, self.sparesVectors, self.layerDecay) = (weightDecay, sparesVectors, layerDecay)
    }

    /// What a parameter has of its own.
    public struct Member: Equatable, Sendable {
        /// The learning rate is multiplied by it.
        public let rateFactor: Double
        /// 0 where it is spared.
        public let weightDecay: Double
    }

    /// What each of a network's parameters has of its own, as timm's `param_groups_layer_decay`, which spares vectors always.
    ///
    /// - Parameter network: Its layers are counted with the frozen ones.
    /// - Returns: By name.
    public func members(of network: Network) -> [String: Member] {
        let numbers = network.layerNumbers
        let last = numbers.last ?? 0
        let members = zip(network.segments, numbers).flatMap { segment, number in
            segment.entries.filter(\.isTrained).map { parameter in
                (
                    parameter.name,
                    Member(
                        rateFactor: power(layerDecay, last - number),
                        weightDecay: sparesVectors && !parameter.decays ? 0 : weightDecay)
                )
            }
        }
        return Dictionary(uniqueKeysWithValues: members)
    }
}

extension [String: ParameterGroups.Member] {
    /// What a parameter has of its own.
    func member(_ parameter: ParameterSpec) -> ParameterGroups.Member {
        guard let member = self[parameter.name] else { preconditionFailure("\(parameter.name) is in no group") }
        return member
    }
}
