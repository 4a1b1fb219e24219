/// A part of a network that a device plans as one: layers one after another, with a residual around them or without. What a
/// training step keeps, it keeps segment by segment.
///
/// With a residual the output is x + branch(x) · scale, and in training some images may skip the branch (stochastic depth).
public struct Segment: Equatable, Sendable {
    /// A segment's place among those whose branches may be dropped.
    public struct Drop: Equatable, Sendable {
        /// The segment's number, counted as torchvision counts.
        public let number: Int
        /// The number at which the whole probability would be reached.
        public let count: Int

        /// A place.
        ///
        /// - Parameters:
        ///   - number: The segment's number.
        ///   - count: The number at which the whole probability would be reached.
        public init(_ number: Int, of count: Int) {
            self.number = number
            self.count = count
        }

        /// The probability that an image skips the branch.
        ///
        /// - Parameter probability: The network's.
        /// - Returns: The segment's.
        public func probability(_ probability: Double) -> Double {
            count > 0 ? probability * Double(number) / Double(count) : 0
        }
    }

    /// With which segment it makes one layer, where learning rates differ by layer.
    public enum Joins: Equatable, Sendable {
        /// It is a layer of its own.
        case nothing
        /// The segment after it.
        case next
        /// The segment before it.
        case previous
    }

    /// What messages call it: "features.1.0".
    public let name: String
    /// What the names of all its entries begin with.
    public let prefix: String
    /// The number of torchvision's `features` that it belongs to; nil for the head.
    public let stage: Int?
    /// The layers, in order.
    public let body: [Child]
    /// Whether the input is added to the result.
    public let isResidual: Bool
    /// The layer scale's entry, by which the branch is multiplied.
    public let scale: ParameterSpec?
    /// When an image skips the branch in training; nil: never.
    public let drop: Drop?
    /// With which segment it makes one layer, where learning rates differ by layer: as timm's `group_matcher` has it.
    public let joins: Joins
    /// All entries in the state dict, in its order.
    public let entries: [ParameterSpec]

    /// A segment.
    ///
    /// - Parameters:
    ///   - name: What messages call it.
    ///   - prefix: What the names of its entries begin with; nil: the name.
    ///   - stage: The number of torchvision's `features` that it belongs to.
    ///   - body: The layers, in order.
    ///   - isResidual: Whether the input is added to the result.
    ///   - scale: The layer scale's entry, without what its name begins with; it comes first in the state dict.
    ///   - drop: When an image skips the branch in training.
    ///   - joins: With which segment it makes one layer, where learning rates differ by layer.
    public init(
        _ name: String, prefix: String? = nil, stage: Int?, _ body: [Child], isResidual: Bool = false,
        scale: ParameterSpec? = nil, drop: Drop? = nil, joins: Joins = .nothing
    ) {
        precondition(isResidual || (scale == nil && drop == nil), "a branch has a residual beside it")
        self.name = name
        self.prefix = prefix ?? name
        self.stage = stage
        self.body = body
        self.isResidual = isResidual
        self.scale = scale
        self.drop = drop
        self.joins = joins
        let start = self.prefix
        entries = ((scale.map { [$0] } ?? []) + body.entries).map { $0.prefixed(start) }
    }

    /// The layers without their names.
    public var layers: [Layer] { body.map(\.layer) }
}
