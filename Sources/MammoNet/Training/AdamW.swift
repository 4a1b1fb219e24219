import MammoCompute
import MammoGraph

/// torch.optim.AdamW: Adam with the weight decay apart (Loshchilov and Hutter 2019).
public final class AdamW: Optimizer {
    /// What does not change during a run.
    public struct Options: Equatable, Sendable {
        /// β₁ and β₂, of the first and of the second moments.
        public var betas = (0.9, 0.999)
        /// Added to the root of the second moments.
        public var epsilon = 1e-8
        /// Which parameters decay, and by how much: the share of the learning rate that a parameter loses in a step.
        public var groups = ParameterGroups(weightDecay: 1e-2)

        /// torch.optim.AdamW's defaults.
        public init() {}

        /// Tuples are not compared by themselves.
        public static func == (one: Options, other: Options) -> Bool {
            one.betas == other.betas && one.epsilon == other.epsilon && one.groups == other.groups
        }
    }

    /// What does not change during a run.
    public let options: Options
    /// First moments.
    public let means: ParameterTensors
    /// Second moments.
    public let squares: ParameterTensors
    /// How many steps each parameter has made: one that was frozen has made none.
    public var steps: [String: Int] = [:]
    private let members: [String: ParameterGroups.Member]
    /// What a checkpoint has.
    public var state: [(name: String, tensors: ParameterTensors)] { [("mean", means), ("square", squares)] }

    /// An optimizer that has made no step.
    ///
    /// - Parameters:
    ///   - network: What it will change.
    ///   - options: What does not change during a run.
    /// - Throws: `ComputeError.outOfMemory`.
    public init(for network: TrainingNetwork, _ options: Options) throws(ComputeError) {
        self.options = options
        members = options.groups.members(of: network.architecture)
        means = try ParameterTensors(zerosFor: network.architecture.parameters, on: network.device)
        squares = try ParameterTensors(zerosFor: network.architecture.parameters, on: network.device)
    }

    /// Moves all parameters that are not frozen by their gradients.
    ///
    /// - Parameters:
    ///   - network: The one that the optimizer was made for.
    ///   - rate: The learning rate.
    ///   - gradientScale: The gradients are multiplied by it first.
    /// - Throws: `ComputeError.failed`.
    public func step(_ network: TrainingNetwork, rate: Double, gradientScale: Float) throws(ComputeError) {
        let updates = network.trained.map { parameter in
            let member = members.member(parameter)
            let scalars = AdamWStep(
                step: nextStep(of: parameter.name), rate: rate * member.rateFactor, weightDecay: member.weightDecay,
                betas: options.betas, epsilon: options.epsilon, gradientScale: gradientScale)
            return AdamWUpdate(
                scalars, network.parameters[parameter.name], network.gradients[parameter.name],
                mean: means[parameter.name], square: squares[parameter.name])
        }
        try network.device.adamW(updates)
    }
}
