/// The scalars of a step of stochastic gradient descent with momentum, as torch.optim.SGD has them (without dampening).
public struct SGDStep: Equatable, Sendable {
    /// The gradient is multiplied by it first: 1, or less where its norm is clipped.
    public var gradientScale: Float
    /// The share of the parameter that is added to the gradient.
    public var weightDecay: Float
    /// How much of the velocity stays.
    public var momentum: Float
    /// The learning rate.
    public var rate: Float
    /// Whether the parameter moves by where the velocity is going (Nesterov).
    public var nesterov: Bool

    /// The scalars of a step.
    public init(gradientScale: Float, weightDecay: Float, momentum: Float, rate: Float, nesterov: Bool) {
        (self.gradientScale, self.weightDecay, self.momentum) = (gradientScale, weightDecay, momentum)
        (self.rate, self.nesterov) = (rate, nesterov)
    }
}

/// A parameter and what moves it in a step of stochastic gradient descent; all tensors have one shape.
public struct SGDUpdate: Sendable {
    /// The scalars; `gradientScale`, `momentum` and `nesterov` are the same for all parameters of a step.
    public let step: SGDStep
    /// Changed.
    public let parameter: Tensor
    /// The parameter's gradient.
    public let gradient: Tensor
    /// What is left of earlier gradients, changed; zero before the first step.
    public let velocity: Tensor

    /// A parameter and what moves it.
    ///
    /// - Parameters:
    ///   - step: The scalars.
    ///   - parameter: Changed.
    ///   - gradient: The parameter's gradient.
    ///   - velocity: What is left of earlier gradients, changed.
    public init(_ step: SGDStep, _ parameter: Tensor, _ gradient: Tensor, velocity: Tensor) {
        (self.step, self.parameter, self.gradient, self.velocity) = (step, parameter, gradient, velocity)
    }
}
