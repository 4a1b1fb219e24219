import MammoCompute
import MammoGraph

/// torch.optim.SGD without dampening: stochastic gradient descent with momentum, the weight decay being part of the gradient.
public final class SGD: Optimizer {
    /// What does not change during a run.
    public struct Options: Equatable, Sendable {
        /// How much of the velocity stays from step to step.
        public var momentum = 0.9
        /// Whether parameters move by where the velocity is going: Nesterov's momentum, as PyTorch has it.
        public var nesterov = false
        /// Which parameters decay, and by how much: the share of a parameter that is added to its gradient.
        public var groups = ParameterGroups(weightDecay: 0)

        /// torch.optim.SGD's defaults, but for the momentum, which is timm's.
        public init() {}
    }

    /// What does not change during a run.
    public let options: Options
    /// What is left of earlier gradients: PyTorch's momentum_buffer.
    public let velocities: ParameterTensors
    /// How many steps each parameter has made.
    public var steps: [String: Int] = [:]
    private let members: [String: ParameterGroups.Member]
    /// What a checkpoint has.
    public var state: [(name: String, tensors: ParameterTensors)] { [("velocity", velocities)] }

    /// An optimizer that has made no step.
    ///
    /// - Parameters:
    ///   - network: What it will change.
    ///   - options: What does not change during a run.
    /// - Throws: `ComputeError.outOfMemory`.
    public init(for network: TrainingNetwork, _ options: Options) throws(ComputeError) {
        self.options = options
        members = options.groups.members(of: network.architecture)
        velocities = try ParameterTensors(zerosFor: network.architecture.parameters, on: network.device)
    }

    /// Moves all parameters that are not frozen by their gradients. A velocity of zero makes the first step what PyTorch's is,
    /// whose buffer begins as the gradient.
    ///
    /// - Parameters:
    ///   - network: The one that the optimizer was made for.
    ///   - rate: The learning rate.
    ///   - gradientScale: The gradients are multiplied by it first.
    /// - Throws: `ComputeError.failed`.
    public func step(_ network: TrainingNetwork, rate: Double, gradientScale: Float) throws(ComputeError) {
        let updates = network.trained.map { parameter in
            let member = members.member(parameter)
            _ = nextStep(of: parameter.name)
            let scalars = SGDStep(
                gradientScale: gradientScale, weightDecay: Float(member.weightDecay),
                momentum: Float(options.momentum), rate: Float(rate * member.rateFactor), nesterov: options.nesterov)
            return SGDUpdate(
                scalars, network.parameters[parameter.name], network.gradients[parameter.name],
                velocity: velocities[parameter.name])
        }
        try network.device.sgd(updates)
    }
}
