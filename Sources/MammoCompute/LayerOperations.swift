import MammoGraph

/// What is done with a product's sums.
package enum Finish: Sendable {
    /// The sums are the output.
    case none
    /// GELU(sum), by the exact erf: PyTorch's `gelu(approximate='none')`.
    case gelu
    /// residual + scale · sum, with the layer scale that the matrix was made with.
    case residual(Tensor)
}

/// The layers that plans are made of, as a device computes them.
///
/// Gradients are added to what the tensors for them hold, so that batches can be accumulated. A gradient of a layer's output
/// becomes, in the same memory, that of its input where the shapes are the same.
package protocol LayerOperations: MapOperations {
    /// Plans any segment for prediction, one operation after another.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries.
    /// - Returns: The plan.
    /// - Throws: `ComputeError.unavailable` where the device lacks an operation.
    func operationPlan(_ segment: Segment, values: [[Float]]) throws(ComputeError) -> any InferencePlan

    /// Brings a product's weights into the order that the device computes fastest with.
    ///
    /// - Parameter weights: The weights, bias and layer scale.
    /// - Returns: The weights on the device.
    /// - Throws: `ComputeError.outOfMemory`.
    func matrix(_ weights: LinearWeights) throws(ComputeError) -> any Matrix

    /// The product of each position's channels with a matrix.
    ///
    /// - Parameters:
    ///   - input: N×H×W×inputs.
    ///   - matrix: inputs to outputs.
    ///   - finish: What is done with the sums.
    /// - Returns: N×H×W×outputs.
    /// - Throws: `ComputeError.outOfMemory`.
    func linear(_ input: Tensor, _ matrix: any Matrix, finish: Finish) throws(ComputeError) -> Tensor

    /// The depthwise convolution of 7×7, padded by three zeros on each side.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - depthwise: Taps and bias for C channels.
    /// - Returns: N×H×W×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func depthwise(_ input: Tensor, _ depthwise: Depthwise) throws(ComputeError) -> Tensor

    /// Normalises each position over its channels.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - norm: The parameters for C channels.
    /// - Returns: N×H×W×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func layerNorm(_ input: Tensor, _ norm: LayerNorm) throws(ComputeError) -> Tensor

    /// A convolution whose patches touch and do not overlap; rows and columns left over at the end take no part.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - side: Rows and columns of a patch.
    ///   - matrix: From side·side·C inputs, in the order patch row, patch column, channel.
    ///   - before: Applied to each position of the input.
    ///   - after: Applied to each position of the output.
    /// - Returns: N×(H/side)×(W/side)×outputs.
    /// - Throws: `ComputeError.outOfMemory`.
    func patches(
        _ input: Tensor, side: Int, _ matrix: any Matrix, before: LayerNorm?, after: LayerNorm?
    ) throws(ComputeError) -> Tensor

    /// A whole ConvNeXt block, with nothing kept for a gradient.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - block: The parameters for C channels.
    ///   - output: Of the same shape, and not the input.
    /// - Throws: `ComputeError.outOfMemory`.
    func block(_ input: Tensor, _ block: Block, into output: Tensor) throws(ComputeError)

    /// The mean of each channel over an image's positions.
    ///
    /// - Parameter input: N×H×W×C.
    /// - Returns: N×1×1×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func mean(_ input: Tensor) throws(ComputeError) -> Tensor

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
}
