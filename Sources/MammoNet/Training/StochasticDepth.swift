import MammoCompute
import MammoData
import MammoGraph

/// Which images skip which branches in a step of training: torchvision's `stochastic_depth_prob` with mode "row", each
/// segment's probability growing with its number.
public struct StochasticDepth: Equatable, Sendable {
    /// The probability that the segments' shares are of, from 0 up to but without 1.
    public let probability: Double
    private let drops: [Segment.Drop?]

    /// The chances of a network's segments.
    ///
    /// - Parameters:
    ///   - probability: From 0 up to but without 1; ConvNeXt's last block has the whole of it.
    ///   - architecture: The network.
    public init(_ probability: Double, for architecture: Network) {
        self.probability = probability
        drops = architecture.segments.map(\.drop)
    }

    /// The branches of one step.
    ///
    /// - Parameters:
    ///   - images: How many images the batch has.
    ///   - random: Where chance comes from; one number is drawn for each branch that may be dropped and each image.
    /// - Returns: One for each segment.
    public func branches(images: Int, _ random: inout SplitMix64) -> [Branch] {
        drops.map { drop in
            guard let chance = drop?.probability(probability) else { return .all(images) }
            let kept = (0..<images).filter { _ in random.nextUnit() >= chance }
            return Branch(images: kept, factor: chance > 0 ? Float(1 / (1 - chance)) : 1)
        }
    }
}
