/// What is done with a product's sums.
public enum Finish: Sendable {
    /// The sums are the output.
    case none
    /// GELU(sum), by the exact erf: PyTorch's `gelu(approximate='none')`.
    case gelu
    /// residual + scale · sum, with the layer scale that the matrix was made with.
    case residual(Tensor)
}

/// A processor with memory and the operations that a ConvNeXt is made of.
///
/// Nothing above this protocol knows which device it has. Tensors and matrices belong to the device that made them.
/// An operation gives each image the same bits whatever else is in the batch and however many threads there are.
public protocol Device: Sendable {
    /// What a user calls it, with what it computes by: "CPU, 2 threads, AVX-512".
    var name: String { get }

    /// Memory for a tensor, its values not yet said.
    ///
    /// - Parameter shape: Images, rows, columns and channels.
    /// - Returns: A tensor to be given to an operation as output, or filled by `write`.
    /// - Throws: `ComputeError.outOfMemory`.
    func makeTensor(_ shape: Shape) throws(ComputeError) -> Tensor

    /// Copies values to a tensor.
    ///
    /// - Parameters:
    ///   - values: `tensor.shape.count` of them.
    ///   - tensor: Where to.
    /// - Throws: `ComputeError.outOfMemory`.
    func write(_ values: UnsafeBufferPointer<Float>, to tensor: Tensor) throws(ComputeError)

    /// Copies a tensor's values to the host.
    ///
    /// - Parameter tensor: What to copy.
    /// - Returns: N·H·W rows of C values.
    /// - Throws: `ComputeError.outOfMemory`.
    func read(_ tensor: Tensor) throws(ComputeError) -> [Float]

    /// Brings gray images to the device, as a network's input.
    ///
    /// - Parameter batch: The images, and how they are normalised.
    /// - Returns: N×H×W×3.
    /// - Throws: `ComputeError.outOfMemory`.
    func input(_ batch: GrayInput) throws(ComputeError) -> Tensor

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
}

extension Device {
    /// Copies values to a new tensor.
    ///
    /// - Parameters:
    ///   - values: `shape.count` of them.
    ///   - shape: Images, rows, columns and channels.
    /// - Returns: The tensor on the device.
    /// - Throws: `ComputeError.outOfMemory`.
    public func tensor(_ values: [Float], _ shape: Shape) throws(ComputeError) -> Tensor {
        let tensor = try makeTensor(shape)
        try overwrite(tensor, with: values)
        return tensor
    }

    /// Copies values to a tensor that there is.
    ///
    /// - Parameters:
    ///   - tensor: Where to.
    ///   - values: `tensor.shape.count` of them.
    /// - Throws: `ComputeError.outOfMemory`.
    public func overwrite(_ tensor: Tensor, with values: [Float]) throws(ComputeError) {
        var failure: ComputeError?
        values.withUnsafeBufferPointer { values in
            do throws(ComputeError) { try write(values, to: tensor) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
