import MammoCompute

/// What moves a network's parameters by their gradients, with what it remembers of earlier steps.
public protocol Optimizer: AnyObject {
    /// What is remembered of each parameter, each kind under the name that a checkpoint has it by.
    var state: [(name: String, tensors: ParameterTensors)] { get }
    /// How many steps each parameter has made: one that was frozen has made none, and its state is zero.
    var steps: [String: Int] { get set }

    /// Moves all parameters that are not frozen by their gradients.
    ///
    /// - Parameters:
    ///   - network: The one that the optimizer was made for.
    ///   - rate: The learning rate.
    ///   - gradientScale: The gradients are multiplied by it first.
    /// - Throws: `ComputeError.failed`.
    func step(_ network: TrainingNetwork, rate: Double, gradientScale: Float) throws(ComputeError)
}

extension Optimizer {
    /// Moves all parameters that are not frozen by their gradients as they are.
    public func step(_ network: TrainingNetwork, rate: Double) throws(ComputeError) {
        try step(network, rate: rate, gradientScale: 1)
    }

    /// Counts a parameter's step.
    ///
    /// - Parameter name: The parameter.
    /// - Returns: Which step it is, from 1.
    func nextStep(of name: String) -> Int {
        let step = (steps[name] ?? 0) + 1
        steps[name] = step
        return step
    }
}

/// Which optimizer, with what does not change during a run.
public enum OptimizerOptions: Equatable, Sendable {
    /// torch.optim.AdamW.
    case adamW(AdamW.Options)
    /// torch.optim.SGD.
    case sgd(SGD.Options)

    /// An optimizer that has made no step.
    ///
    /// - Parameter network: What it will change.
    /// - Returns: The optimizer.
    /// - Throws: `ComputeError.outOfMemory`.
    public func make(for network: TrainingNetwork) throws(ComputeError) -> any Optimizer {
        switch self {
        case .adamW(let options): try AdamW(for: network, options)
        case .sgd(let options): try SGD(for: network, options)
        }
    }

    /// How many values it remembers of each parameter.
    public var valuesPerParameter: Int {
        switch self {
        case .adamW: 2
        case .sgd: 1
        }
    }
}
