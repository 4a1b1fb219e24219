import MammoGraph

/// What becomes of an operation's output.
package enum Destination: Sendable {
    /// The next operation of the segment takes it: a device may store it in fewer bits.
    case within
    /// Another segment takes it: in single precision.
    case beyond
    /// Each image's part is multiplied by its factor and added to a tensor's values; another segment takes the sum. The tensor
    /// stays as it is. No factors: all are 1.
    case added(to: Tensor, factors: [Float])
    /// It is added to what a tensor holds, which may be done in the tensor's own memory; another segment takes the sum.
    case accumulated(in: Tensor)
}

/// What a batch normalisation normalises with, one value for each channel.
package struct BatchStatistics: Sendable {
    /// Of the batch, or the running ones.
    package let mean: Tensor
    /// One over the deviation.
    package let inverse: Tensor
    /// gamma · inverse.
    package let scale: Tensor
    /// beta - mean · gamma · inverse.
    package let shift: Tensor
}

/// A batch normalisation's input with its statistics, and the activation after it.
package struct NormalisedMap: Sendable {
    /// N×H×W×C.
    package let input: Tensor
    /// One for each channel.
    package let statistics: BatchStatistics
    /// nil: none.
    package let activation: Activation?
}

/// The operations that a segment's layers are made of in training, where a device has no code for the segment as a whole.
///
/// Gradients of parameters are added to what the tensors for them hold. A gradient of an output that is handed to an operation
/// may be overwritten by it. Parameters are in torchvision's layout.
package protocol MapOperations: Device {
    /// Two sums for each channel, in double precision.
    associatedtype ChannelSums: Sendable

    /// Why the device does not compute a convolution, to follow the segment's name; nil where it does.
    ///
    /// - Parameter convolution: Of one group, or of each channel by itself.
    /// - Returns: What it lacks.
    func refusal(of convolution: Convolution) -> String?

    /// A convolution, dense or of each channel by itself.
    ///
    /// - Parameters:
    ///   - input: N×H×W×inputs.
    ///   - weights: outputs × (inputs / groups) × kernel × kernel.
    ///   - bias: One for each output; nil: none.
    ///   - extents: The convolution's.
    ///   - destination: What becomes of the output.
    /// - Returns: The output.
    /// - Throws: `ComputeError.outOfMemory`.
    func convolution(
        _ input: Tensor, _ weights: Tensor, bias: Tensor?, _ extents: Convolution, to destination: Destination
    ) throws(ComputeError) -> Tensor

    /// Adds a convolution's gradients of its weights.
    ///
    /// - Parameters:
    ///   - input: As it was in the forward pass.
    ///   - gradient: Of the output; left as it is.
    ///   - extents: The convolution's.
    ///   - weights: Gradients of the weights.
    /// - Throws: `ComputeError.outOfMemory`.
    func addWeightGradient(
        _ input: Tensor, _ gradient: Tensor, _ extents: Convolution, to weights: Tensor
    ) throws(ComputeError)

    /// Adds the sums over all positions: a bias's gradient.
    ///
    /// - Parameters:
    ///   - gradient: N×H×W×C; left as it is.
    ///   - bias: C values.
    /// - Throws: `ComputeError`.
    func addPositions(of gradient: Tensor, to bias: Tensor) throws(ComputeError)

    /// A convolution's gradient of its input.
    ///
    /// - Parameters:
    ///   - gradient: Of the output.
    ///   - weights: As they were in the forward pass.
    ///   - extents: The convolution's.
    ///   - shape: The input's.
    ///   - destination: What becomes of the result.
    /// - Returns: Of the input's shape.
    /// - Throws: `ComputeError.outOfMemory`.
    func inputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape, to destination: Destination
    ) throws(ComputeError) -> Tensor

    /// activation(x · scale + shift), with a scale and a shift for each channel.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - scale: C values; nil: 1.
    ///   - shift: C values; nil: 0.
    ///   - activation: nil: none.
    ///   - destination: What becomes of the result.
    /// - Returns: N×H×W×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func affine(
        _ input: Tensor, scale: Tensor?, shift: Tensor?, activation: Activation?, to destination: Destination
    ) throws(ComputeError) -> Tensor

    /// The gradient of an activation's input.
    ///
    /// - Parameters:
    ///   - input: As it was in the forward pass.
    ///   - activation: The function.
    ///   - gradient: Of the output.
    ///   - destination: What becomes of the result.
    /// - Returns: Of the input's shape.
    /// - Throws: `ComputeError.outOfMemory`.
    func activationGradient(
        _ input: Tensor, _ activation: Activation, _ gradient: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor

    /// The sums of all positions' values, and of their squares.
    ///
    /// - Parameter input: N×H×W×C.
    /// - Returns: On the device.
    /// - Throws: `ComputeError.outOfMemory`.
    func moments(_ input: Tensor) throws(ComputeError) -> ChannelSums

    /// Sums as the host has them; waits for the device.
    ///
    /// - Parameter sums: On the device.
    /// - Returns: The first sum of every channel, then the second.
    /// - Throws: `ComputeError.failed`.
    func values(of sums: ChannelSums) throws(ComputeError) -> [Double]

    /// Sums as the device has them.
    ///
    /// - Parameter values: The first sum of every channel, then the second.
    /// - Returns: On the device.
    /// - Throws: `ComputeError.outOfMemory`.
    func channelSums(_ values: [Double]) throws(ComputeError) -> ChannelSums

    /// What a batch normalisation normalises with.
    ///
    /// - Parameters:
    ///   - norm: Its extents.
    ///   - parameters: weight, bias, running_mean, running_var, num_batches_tracked.
    ///   - batch: The batch's moments and positions; nil: the running statistics are used.
    ///   - updates: Whether the batch's statistics go into the running ones, as PyTorch's, with the unbiased variance.
    /// - Returns: One value for each channel.
    /// - Throws: `ComputeError.outOfMemory`.
    func statistics(
        _ norm: BatchNorm, _ parameters: [Tensor], batch: (sums: ChannelSums, count: Double)?, updates: Bool
    ) throws(ComputeError) -> BatchStatistics

    /// Of a batch normalisation with an activation: s is the gradient of the activation's input, n what is multiplied by gamma.
    ///
    /// - Parameters:
    ///   - map: As it was in the forward pass.
    ///   - gradient: Of the activation's output; afterwards what `batchNormGradient` takes.
    ///   - gamma: Σ s · n is added to it; nil where it is frozen.
    ///   - beta: Σ s is added to it; nil where it is frozen.
    /// - Returns: Σ s and Σ s · n.
    /// - Throws: `ComputeError.outOfMemory`.
    func slopeSums(
        _ map: NormalisedMap, _ gradient: Tensor, addingTo gamma: Tensor?, _ beta: Tensor?
    ) throws(ComputeError) -> ChannelSums

    /// The gradient of a batch normalisation's input: gamma · inverse · (s - mean of s - n · mean of s · n).
    ///
    /// - Parameters:
    ///   - map: As it was in the forward pass.
    ///   - gradient: As `slopeSums` has left it.
    ///   - batch: The sums and positions of the whole batch; nil where the running statistics were used, which do not depend
    ///     on the input: gamma · inverse · s.
    ///   - destination: What becomes of the result.
    /// - Returns: Of the input's shape.
    /// - Throws: `ComputeError.outOfMemory`.
    func batchNormGradient(
        _ map: NormalisedMap, _ gradient: Tensor, batch: (sums: ChannelSums, count: Double)?,
        to destination: Destination
    ) throws(ComputeError) -> Tensor

    /// Normalises each position over its channels.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - norm: The parameters.
    ///   - destination: What becomes of the output.
    /// - Returns: N×H×W×C, and what the gradient needs.
    /// - Throws: `ComputeError.outOfMemory`.
    func trainLayerNorm(
        _ input: Tensor, _ norm: LayerNorm, to destination: Destination
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations)

    /// A layer norm's gradients.
    ///
    /// - Parameters:
    ///   - kept: Of the forward pass.
    ///   - norm: As it was in the forward pass.
    ///   - gradient: Of the output.
    ///   - gradients: Of gamma and beta, added to; nil where they are frozen.
    ///   - destination: What becomes of the input's gradient; nil: it is not wanted.
    /// - Returns: The input's gradient; nil where it is not wanted.
    /// - Throws: `ComputeError.outOfMemory`.
    func layerNormGradient(
        _ kept: any Activations, _ norm: LayerNorm, _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?
    ) throws(ComputeError) -> Tensor?

    /// The mean of each channel over an image's positions, in single precision.
    ///
    /// - Parameter input: N×H×W×C.
    /// - Returns: N×1×1×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func means(_ input: Tensor) throws(ComputeError) -> Tensor

    /// The gradient of a mean: each position has its share.
    ///
    /// - Parameters:
    ///   - gradient: N×1×1×C.
    ///   - shape: N×H×W×C, the shape of what the mean was taken of.
    /// - Returns: Of that shape, in single precision.
    /// - Throws: `ComputeError.outOfMemory`.
    func meanGradient(_ gradient: Tensor, of shape: Shape) throws(ComputeError) -> Tensor

    /// The largest value or the generalised mean of each channel over an image's positions, in single precision.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - exponent: Of the generalised mean; nil: the largest value.
    ///   - keeps: Whether the gradient is wanted.
    /// - Returns: N×1×1×C, and what the gradient needs.
    /// - Throws: `ComputeError.outOfMemory`.
    func trainPool(
        _ input: Tensor, exponent: Tensor?, keeps: Bool
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations)

    /// Its gradients.
    ///
    /// - Parameters:
    ///   - kept: Of the forward pass.
    ///   - exponent: As it was in the forward pass.
    ///   - gradient: N×1×1×C; left as it is.
    ///   - exponentGradient: Added to; nil where it is frozen.
    ///   - needsInput: Whether the input's gradient is wanted.
    /// - Returns: N×H×W×C in single precision; nil where it is not wanted.
    /// - Throws: `ComputeError.outOfMemory`.
    func poolGradient(
        _ kept: any Activations, exponent: Tensor?, _ gradient: Tensor, addingTo exponentGradient: Tensor?,
        needsInput: Bool
    ) throws(ComputeError) -> Tensor?

    /// x · factor, with a factor for each channel of an image: squeeze-and-excitation.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - factors: N×1×1×C.
    ///   - destination: What becomes of the result.
    /// - Returns: N×H×W×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func gated(_ input: Tensor, by factors: Tensor, to destination: Destination) throws(ComputeError) -> Tensor

    /// Σ a · b over an image's positions, in single precision: the gradient of such factors.
    ///
    /// - Parameters:
    ///   - one: N×H×W×C.
    ///   - other: N×H×W×C.
    /// - Returns: N×1×1×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func sums(ofProducts one: Tensor, _ other: Tensor) throws(ComputeError) -> Tensor

    /// The gradient of such a product's input, which the factors also depend on by its means.
    ///
    /// - Parameters:
    ///   - gradient: Of the output, N×H×W×C.
    ///   - factors: N×1×1×C.
    ///   - means: The gradient of the input's means, N×1×1×C; overwritten.
    ///   - destination: What becomes of the result.
    /// - Returns: gradient · factors + means / (H · W).
    /// - Throws: `ComputeError.outOfMemory`.
    func gateGradient(
        _ gradient: Tensor, factors: Tensor, means: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor

    /// x · factor, with a factor for each value: dropout.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - factors: As many as there are values.
    ///   - destination: What becomes of the result.
    /// - Returns: N×H×W×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func multiplied(
        _ input: Tensor, by factors: [Float], to destination: Destination
    ) throws(ComputeError) -> Tensor

    /// The gradient of a branch's output, from that of the segment's.
    ///
    /// - Parameters:
    ///   - gradient: Of the segment's output; left as it is.
    ///   - factors: What each image's part of the branch was multiplied by.
    /// - Returns: A tensor that operations may overwrite; `gradient` itself where they do not.
    /// - Throws: `ComputeError.outOfMemory`.
    func branchGradient(_ gradient: Tensor, factors: [Float]) throws(ComputeError) -> Tensor
}

extension MapOperations {
    /// The same values for another destination.
    func passed(_ input: Tensor, to destination: Destination) throws(ComputeError) -> Tensor {
        if case .within = destination { return input }
        return try affine(input, scale: nil, shift: nil, activation: nil, to: destination)
    }
}
