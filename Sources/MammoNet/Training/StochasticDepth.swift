import MammoCompute
import MammoData

/// Which images skip which blocks in a step of training: torchvision's `stochastic_depth_prob` with mode "row", each block's
/// probability growing with its number from 0 to that of the last.
public struct StochasticDepth: Equatable, Sendable {
    /// The last block's probability, from 0 up to but without 1.
    public let probability: Double
    /// How many blocks the network has.
    public let blocks: Int

    /// The chances of a network's blocks.
    ///
    /// - Parameters:
    ///   - probability: The last block's, from 0 up to but without 1.
    ///   - architecture: The network's extents.
    public init(_ probability: Double, for architecture: ConvNeXtArchitecture) {
        self.probability = probability
        blocks = architecture.depths.reduce(0, +)
    }

    /// The branches of one step.
    ///
    /// - Parameters:
    ///   - images: How many images the batch has.
    ///   - random: Where chance comes from; one number is drawn for each block and image.
    /// - Returns: One for each block.
    public func branches(images: Int, _ random: inout SplitMix64) -> [Branch] {
        (0..<blocks).map { block in
            let chance = blocks > 1 ? probability * Double(block) / Double(blocks - 1) : 0
            let kept = (0..<images).filter { _ in random.nextUnit() >= chance }
            return Branch(images: kept, factor: chance > 0 ? Float(1 / (1 - chance)) : 1)
        }
    }
}
