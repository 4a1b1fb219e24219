/// The scalars of a step of AdamW.
public struct AdamWStep: Equatable, Sendable {
    /// The gradient is multiplied by it first: 1, or less where its norm is clipped.
    public var gradientScale: Float
    /// 1 - lr · weight decay.
    public var decay: Float
    /// 1 - β₁.
    public var newMean: Float
    /// β₂.
    public var oldSquare: Float
    /// 1 - β₂.
    public var newSquare: Float
    /// lr / (1 - β₁ᵗ).
    public var stepSize: Float
    /// √(1 - β₂ᵗ).
    public var correctionRoot: Float
    /// Added to the root.
    public var epsilon: Float

    /// The scalars of a step.
    public init(
        gradientScale: Float, decay: Float, newMean: Float, oldSquare: Float, newSquare: Float, stepSize: Float,
        correctionRoot: Float, epsilon: Float
    ) {
        (self.gradientScale, self.decay) = (gradientScale, decay)
        (self.newMean, self.oldSquare, self.newSquare) = (newMean, oldSquare, newSquare)
        (self.stepSize, self.correctionRoot, self.epsilon) = (stepSize, correctionRoot, epsilon)
    }
}

/// A parameter and what moves it in a step of AdamW; all tensors have one shape.
public struct AdamWUpdate: Sendable {
    /// The scalars.
    public let step: AdamWStep
    /// Changed.
    public let parameter: Tensor
    /// The parameter's gradient.
    public let gradient: Tensor
    /// First moments, changed.
    public let mean: Tensor
    /// Second moments, changed.
    public let square: Tensor

    /// A parameter and what moves it.
    ///
    /// - Parameters:
    ///   - step: The scalars.
    ///   - parameter: Changed.
    ///   - gradient: The parameter's gradient.
    ///   - mean: First moments, changed.
    ///   - square: Second moments, changed.
    public init(_ step: AdamWStep, _ parameter: Tensor, _ gradient: Tensor, mean: Tensor, square: Tensor) {
        self.step = step
        self.parameter = parameter
        self.gradient = gradient
        self.mean = mean
        self.square = square
    }
}
