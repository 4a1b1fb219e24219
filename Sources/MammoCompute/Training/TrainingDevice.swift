/// What a device has kept of a layer's forward pass for its gradient.
public protocol Activations: AnyObject, Sendable {}

/// The scalars of a step of AdamW, as torch.optim.AdamW computes them in double precision.
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
    ///
    /// - Parameters:
    ///   - step: Which step it is, from 1.
    ///   - rate: The learning rate.
    ///   - weightDecay: Of the learning rate's share, what a parameter loses.
    ///   - betas: β₁ and β₂.
    ///   - epsilon: Added to the root.
    ///   - gradientScale: The gradient is multiplied by it first.
    public init(
        step: Int, rate: Double, weightDecay: Double, betas: (Double, Double), epsilon: Double, gradientScale: Float = 1
    ) {
        self.gradientScale = gradientScale
        decay = Float(1 - rate * weightDecay)
        newMean = Float(1 - betas.0)
        oldSquare = Float(betas.1)
        newSquare = Float(1 - betas.1)
        stepSize = Float(rate / (1 - power(betas.0, step)))
        correctionRoot = Float((1 - power(betas.1, step)).squareRoot())
        self.epsilon = Float(epsilon)
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

/// By squaring: no library's pow, so that every machine has the same bits.
private func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
        if left & 1 == 1 { result *= square }
        square *= square
        left >>= 1
    }
    return result
}

/// A device that can train: each layer forward, keeping what its gradient needs, and backward.
///
/// Gradients are added to what the tensors for them hold, so that batches can be accumulated. All results are the same
/// bits however many threads there are. A gradient of a layer's output becomes, in the same memory, that of its input where
/// the shapes are the same.
public protocol TrainingDevice: Device {
    /// A block.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C; kept for the gradient, so not to be written to before it.
    ///   - parameters: For C channels.
    ///   - branch: Which images go through it; the others are copied.
    ///   - keeps: Whether what the gradient needs is kept.
    /// - Returns: N×H×W×C, and what the gradient needs.
    /// - Throws: `ComputeError.outOfMemory`.
    func trainBlock(
        _ input: Tensor, _ parameters: BlockTensors, _ branch: Branch, keeps: Bool
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?)

    /// A block's gradients.
    ///
    /// - Parameters:
    ///   - kept: Of the forward pass.
    ///   - parameters: As they were in the forward pass.
    ///   - gradient: Of the output; becomes that of the input.
    ///   - gradients: Of the parameters, added to.
    ///   - needsInput: Whether the input's gradient is wanted; without it `gradient` is left undefined.
    /// - Throws: `ComputeError.outOfMemory`.
    func blockGradient(
        _ kept: any Activations, _ parameters: BlockTensors, _ gradient: Tensor, into gradients: BlockTensors,
        needsInput: Bool
    ) throws(ComputeError)

    /// The stem: patches of 4×4, then the norm.
    ///
    /// - Parameters:
    ///   - input: N×H×W×3.
    ///   - parameters: From 3 to C channels.
    /// - Returns: N×(H/4)×(W/4)×C, and what the gradient needs.
    /// - Throws: `ComputeError.outOfMemory`.
    func trainStem(
        _ input: Tensor, _ parameters: PatchTensors
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?)

    /// The stem's gradients.
    ///
    /// - Parameters:
    ///   - kept: Of the forward pass.
    ///   - parameters: As they were in the forward pass.
    ///   - gradient: Of the output; undefined afterwards.
    ///   - gradients: Of the parameters, added to.
    /// - Throws: `ComputeError.outOfMemory`.
    func stemGradient(
        _ kept: any Activations, _ parameters: PatchTensors, _ gradient: Tensor, into gradients: PatchTensors
    ) throws(ComputeError)

    /// Downsampling: the norm, then patches of 2×2.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - parameters: From C to twice as many channels.
    /// - Returns: N×(H/2)×(W/2)×2C, and what the gradient needs.
    /// - Throws: `ComputeError.outOfMemory`.
    func trainDownsample(
        _ input: Tensor, _ parameters: PatchTensors
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?)

    /// Downsampling's gradients.
    ///
    /// - Parameters:
    ///   - kept: Of the forward pass.
    ///   - parameters: As they were in the forward pass.
    ///   - gradient: Of the output.
    ///   - gradients: Of the parameters, added to.
    /// - Returns: The input's gradient.
    /// - Throws: `ComputeError.outOfMemory`.
    func downsampleGradient(
        _ kept: any Activations, _ parameters: PatchTensors, _ gradient: Tensor, into gradients: PatchTensors
    ) throws(ComputeError) -> Tensor

    /// The gradient of `mean`: each position has its share.
    ///
    /// - Parameters:
    ///   - gradient: N×1×1×C.
    ///   - shape: N×H×W×C, the shape of what the mean was taken of.
    /// - Returns: Of that shape.
    /// - Throws: `ComputeError.outOfMemory`.
    func meanGradient(_ gradient: Tensor, of shape: Shape) throws(ComputeError) -> Tensor

    /// The classifier: the norm of each row, then one logit.
    ///
    /// - Parameters:
    ///   - pooled: N×1×1×C.
    ///   - parameters: For C channels.
    /// - Returns: N×1×1×1.
    /// - Throws: `ComputeError.outOfMemory`.
    func head(_ pooled: Tensor, _ parameters: HeadTensors) throws(ComputeError) -> Tensor

    /// The classifier's gradients.
    ///
    /// - Parameters:
    ///   - pooled: As it was in the forward pass.
    ///   - parameters: As they were in the forward pass.
    ///   - slopes: The loss's derivative by each logit: N×1×1×1.
    ///   - gradients: Of the parameters, added to.
    /// - Returns: The gradient of `pooled`.
    /// - Throws: `ComputeError.outOfMemory`.
    func headGradient(
        _ pooled: Tensor, _ parameters: HeadTensors, slopes: Tensor, into gradients: HeadTensors
    ) throws(ComputeError) -> Tensor

    /// Sets all values to zero.
    ///
    /// - Parameter tensors: What to clear.
    /// - Throws: `ComputeError.failed`.
    func clear(_ tensors: [Tensor]) throws(ComputeError)

    /// The sum of the values' squares, in double precision and one fixed order.
    ///
    /// - Parameter tensors: The values.
    /// - Returns: The sum; not finite where a value is not.
    /// - Throws: `ComputeError.failed`.
    func squares(_ tensors: [Tensor]) throws(ComputeError) -> Double

    /// Multiplies gradients by a number, and looks at each of them.
    ///
    /// - Parameters:
    ///   - gradients: Changed.
    ///   - factor: One over the loss scale.
    /// - Returns: Whether all of them are finite.
    /// - Throws: `ComputeError.failed`.
    func unscale(_ gradients: [Tensor], by factor: Float) throws(ComputeError) -> Bool

    /// A step of AdamW for parameters, each of which is there once.
    ///
    /// - Parameter updates: The parameters, with all that moves them.
    /// - Throws: `ComputeError.failed`.
    func adamW(_ updates: [AdamWUpdate]) throws(ComputeError)

    /// Moves values towards others of the same shapes: average + share · (value - average).
    ///
    /// - Parameters:
    ///   - averages: Changed.
    ///   - values: One for each average.
    ///   - share: From 0 to 1.
    /// - Throws: `ComputeError.failed`.
    func approach(_ averages: [Tensor], _ values: [Tensor], share: Float) throws(ComputeError)
}
