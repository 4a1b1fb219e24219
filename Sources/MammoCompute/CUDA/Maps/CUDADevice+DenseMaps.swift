import CCUDA
import MammoGraph

// Dense convolutions in training and for prediction, by the plugin's: in 16 bits patches are read from the images where channels
// allow it, and gathered otherwise, for as many images at a time as some memory has room for.
extension CUDADevice {
    /// A convolution's weights as outputs × taps × inputs, in the device's precision.
    func denseMatrix(_ weights: Tensor, _ extents: Convolution) throws(ComputeError) -> CUDARows {
        let depth = extents.patchValues
        if extents.kernel == 1 { return try converted(weights, rows: extents.outputs, channels: depth) }
        let matrix = try rows(extents.outputs, depth)
        try inPatchOrder(
            weights, outputs: extents.outputs, channels: extents.inputs, taps: extents.kernel * extents.kernel,
            into: matrix.base, matrix.type)
        return matrix
    }

    /// What `affine` makes of a convolution.
    ///
    /// - Parameters:
    ///   - input: Rows of an image's positions.
    ///   - shape: The input's.
    ///   - window: Which positions make an output's.
    ///   - matrix: outputs × taps × inputs.
    ///   - factors: One for each channel of each image, by which the input is multiplied first.
    ///   - sums: What the sums are rounded to first.
    ///   - affine: All but its input; its shape is the result's.
    /// - Throws: `ComputeError`.
    func convolve(
        _ input: CUDARows, _ shape: Shape, _ window: mammo_cuda_window, _ matrix: CUDARows, factors: Tensor? = nil,
        sums: mammo_cuda_type, affine: mammo_cuda_affine
    ) throws(ComputeError) {
        var (call, affine) = (described(input, shape, window, outputs: matrix.rows), affine)
        call.factors = factors.map { UnsafePointer($0.card) }
        try context.call { table, handle in table.convolution(handle, &call, matrix.base, sums, &affine) }
    }

    /// See `MapOperations`.
    func denseConvolution(
        _ input: Tensor, _ weights: Tensor, bias: Tensor?, _ extents: Convolution, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        try denseConvolution(
            input, denseMatrix(weights, extents), bias: bias, extents, activation: nil, isExact: bias != nil,
            to: destination)
    }

    /// A convolution by a matrix, with its bias and activation.
    ///
    /// - Parameters:
    ///   - input: What is convolved: its copy in the device's precision where it has one.
    ///   - matrix: outputs × taps × inputs.
    ///   - bias: One for each output.
    ///   - extents: The convolution's.
    ///   - activation: What the sums go through.
    ///   - gate: One for each channel of each image, by which the input is multiplied first.
    ///   - isExact: Whether sums are not rounded to the device's precision first; where nothing is made of them they are not.
    ///   - keepsCopy: Whether a result in single precision has a copy in the device's, for convolutions of it.
    ///   - destination: What becomes of the result.
    /// - Returns: The result, or the sum.
    /// - Throws: `ComputeError`.
    func denseConvolution(
        _ input: Tensor, _ matrix: CUDARows, bias: Tensor?, _ extents: Convolution, activation: Activation?,
        gate: Tensor? = nil, isExact: Bool = false, keepsCopy: Bool = false, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let shape = extents.shape(of: input.shape)
        let target = try target(shape, for: destination)
        let (memory, own) = (target.output.cardMemory, input.cardMemory)
        let narrow = own.copy.flatMap { $0.type == precision.type ? $0 : nil } ?? own
        if keepsCopy, memory.type != precision.type { memory.copy = try rows(shape.positions, shape.channels).memory }
        var call = mammo_cuda_affine()
        (call.shift, call.activation) = (bias.map { UnsafePointer($0.card) }, activation.card)
        let isAlone = bias == nil && activation == nil && target.residual == nil
        let sums = isAlone ? memory.type : isExact ? mammo_cuda_fp32 : precision.type
        try convolve(
            CUDARows(memory: narrow, rows: input.shape.positions, channels: input.shape.channels), input.shape,
            mammo_cuda_window(extents), matrix, factors: gate, sums: sums,
            affine: target.described(call, shape: shape))
        return target.output
    }

    /// See `MapOperations`.
    func addDenseWeights(
        _ input: Tensor, _ gradient: Tensor, _ extents: Convolution, to weights: Tensor
    ) throws(ComputeError) {
        // A process without an image of the batch.
        guard gradient.shape.positions > 0 else { return }
        var call = described(input.cardRows, input.shape, mammo_cuda_window(extents), outputs: extents.outputs)
        let slopes = gradient.cardRows
        try context.call { table, handle in
            table.convolution_weight_gradient(handle, &call, slopes.base, slopes.type, weights.card)
        }
    }

    /// See `MapOperations`.
    func denseInputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        if extents.isPointwise {
            return try pointwiseInputGradient(gradient, weights, extents, of: shape, to: destination)
        }
        let target = try target(shape, for: destination)
        var call = described(nil, shape, mammo_cuda_window(extents), outputs: extents.outputs)
        var affine = target.described(mammo_cuda_affine(), shape: shape)
        let slopes = gradient.cardRows
        try context.call { table, handle in
            table.convolution_input_gradient(handle, &call, weights.card, slopes.base, slopes.type, &affine)
        }
        return target.output
    }

    /// A product, added to the sum's tensor where there is one.
    private func pointwiseInputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let matrix = try denseMatrix(weights, extents)
        let slopes = try converted(gradient, rows: gradient.shape.positions, channels: extents.outputs)
        func multiply(into out: Tensor, adds: Bool) throws(ComputeError) {
            try self.multiply(
                slopes.operand, matrix.operand, rows: slopes.rows, columns: matrix.channels, depth: extents.outputs,
                into: out.cardRows.operand, adds: adds)
        }
        if case .accumulated(let sum) = destination, sum !== gradient {
            try multiply(into: sum, adds: true)
            return sum
        }
        return try made(shape, for: destination) { out throws(ComputeError) in
            try multiply(into: out, adds: false)
        }
    }

    /// A convolution's description for the plugin; the gradient of its input does not read that.
    private func described(
        _ input: CUDARows?, _ shape: Shape, _ window: mammo_cuda_window, outputs: Int
    ) -> mammo_cuda_convolution {
        var call = mammo_cuda_convolution()
        if let input { (call.in, call.in_type) = (UnsafeRawPointer(input.base), input.type) }
        (call.shape, call.window, call.outputs) = (shape.card, window, Int32(outputs))
        (call.type, call.memory) = (precision.type, bytesOfPatches)
        call.tf32 = products.tf32 && precision.type == mammo_cuda_fp32 ? 1 : 0
        return call
    }
}

extension mammo_cuda_window {
    /// A convolution's patches.
    init(_ extents: Convolution) {
        self.init(
            kernel: Int32(extents.kernel), stride: Int32(extents.stride), padding: Int32(extents.padding))
    }
}
