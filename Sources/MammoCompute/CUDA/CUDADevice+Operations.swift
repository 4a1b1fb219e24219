import CCUDA

/// What a product reads or writes: rows in memory of the card, as they are stored.
struct CUDAOperand {
    let base: UnsafeMutableRawPointer
    /// Values from one stored row to the next.
    let stride: Int
    let type: mammo_cuda_type
    var isTransposed = false

    /// The same, read the other way round.
    var transposed: CUDAOperand {
        var other = self
        other.isTransposed.toggle()
        return other
    }
}

extension CUDARows {
    var operand: CUDAOperand { CUDAOperand(base: base, stride: channels, type: type) }
}

extension Tensor {
    /// As rows of so many values.
    func operand(stride: Int) -> CUDAOperand { CUDAOperand(base: card, stride: stride, type: mammo_cuda_fp32) }
}

// The plugin's operations as Swift calls them, for layers forward and backward.
extension CUDADevice {
    /// out = a · b, or out + a · b.
    ///
    /// - Parameters:
    ///   - a: rows × depth, as it is read.
    ///   - b: depth × columns, as it is read.
    ///   - rows: Of the result.
    ///   - columns: Of the result.
    ///   - depth: Of the sums.
    ///   - out: rows × columns.
    ///   - adds: Whether the product is added to what is there.
    /// - Throws: `ComputeError`.
    func multiply(
        _ a: CUDAOperand, _ b: CUDAOperand, rows: Int, columns: Int, depth: Int, into out: CUDAOperand,
        adds: Bool = false
    ) throws(ComputeError) {
        guard rows > 0, columns > 0 else { return }
        var product = product(of: a, b, rows: rows, columns: columns, depth: depth, into: out)
        product.beta = adds ? 1 : 0
        try context.call { table, handle in table.product(handle, &product) }
    }

    /// Values in the device's precision.
    func converted(_ tensor: Tensor, rows: Int, channels: Int) throws(ComputeError) -> CUDARows {
        if tensor.cardMemory.type == precision.type { return tensor.cardRows(rows, channels) }
        let out = try self.rows(rows, channels)
        try context.call { table, handle in
            table.convert(handle, tensor.card, mammo_cuda_fp32, out.base, out.type, Int64(rows * channels))
        }
        return out
    }

    /// A parameter in the device's precision. In 16 bits it is converted once, and follows what the optimizer writes.
    func weights(_ parameter: Tensor, rows: Int, channels: Int) throws(ComputeError) -> CUDARows {
        let memory = parameter.cardMemory
        if memory.type == precision.type { return parameter.cardRows(rows, channels) }
        if let copy = memory.copy, copy.type == precision.type {
            return CUDARows(memory: copy, rows: rows, channels: channels)
        }
        let made = try converted(parameter, rows: rows, channels: channels)
        memory.copy = made.memory
        return made
    }

    /// The depthwise convolution of a stream's images in the device's precision.
    func convolved(
        _ input: Tensor, images: CUDAImages, taps: Tensor, bias: Tensor
    ) throws(ComputeError) -> CUDARows {
        let shape = images.shape(of: input.shape)
        let out = try rows(shape.positions, shape.channels)
        try context.call { table, handle in
            table.depthwise(
                handle, input.card, mammo_cuda_fp32, images.numbers, 7, 1, taps.card, bias.card, mammo_cuda_identity,
                out.base, out.type, shape.card)
        }
        return out
    }

    /// Rows normalised in the device's precision.
    func normalised(
        _ input: UnsafeRawPointer, _ type: mammo_cuda_type, _ norm: LayerNorm, rows count: Int,
        statistics: Tensor? = nil
    ) throws(ComputeError) -> CUDARows {
        let channels = norm.gamma.shape.count
        let out = try rows(count, channels)
        try normalise(input, type, norm, rows: count, statistics: statistics, into: out.base, out.type)
        return out
    }

    /// Rows normalised into memory that there is.
    func normalise(
        _ input: UnsafeRawPointer, _ type: mammo_cuda_type, _ norm: LayerNorm, rows count: Int,
        statistics: Tensor? = nil,
        into out: UnsafeMutableRawPointer, _ outType: mammo_cuda_type
    ) throws(ComputeError) {
        try context.call { table, handle in
            table.layer_norm(
                handle, input, type, norm.gamma.card, norm.beta.card, norm.epsilon, out, outType, statistics?.card,
                Int64(count), Int32(norm.gamma.shape.count))
        }
    }

    /// GELU of rows with their bias, into `out`, which may be the rows.
    func gelu(_ input: CUDARows, bias: Tensor, into out: CUDARows) throws(ComputeError) {
        try context.call { table, handle in
            table.gelu(handle, input.base, bias.card, out.base, input.type, Int64(input.rows), Int32(input.channels))
        }
    }

    /// The patches of a tensor or of rows, in the device's precision.
    func gathered(
        _ input: UnsafeRawPointer, _ type: mammo_cuda_type, _ shape: Shape, _ window: mammo_cuda_window
    ) throws(ComputeError) -> CUDARows {
        let out = try rows(
            shape.images * window.outputs(along: shape.rows) * window.outputs(along: shape.columns),
            Int(window.kernel * window.kernel) * shape.channels)
        try context.call { table, handle in
            table.gather_patches(handle, input, type, window, out.base, out.type, shape.card)
        }
        return out
    }

    /// outputs × channels × taps as outputs × taps × channels, in the type of `out`.
    func inPatchOrder(
        _ weights: Tensor, outputs: Int, channels: Int, taps: Int, into out: UnsafeMutableRawPointer,
        _ type: mammo_cuda_type
    ) throws(ComputeError) {
        try context.call { table, handle in
            table.patch_order(
                handle, weights.card, mammo_cuda_fp32, out, type, Int32(outputs), Int32(channels), Int32(taps), 0)
        }
    }

    /// The way back, added to a gradient.
    func addFromPatchOrder(
        _ values: Tensor, outputs: Int, channels: Int, taps: Int, to gradient: Tensor
    ) throws(ComputeError) {
        try context.call { table, handle in
            table.patch_order(
                handle, values.card, mammo_cuda_fp32, gradient.card, mammo_cuda_fp32, Int32(outputs), Int32(channels),
                Int32(taps), 1)
        }
    }

    /// A depthwise convolution's taps, side×side×C, from C × side×side.
    func taps(_ weights: Tensor, channels: Int, side: Int = 7) throws(ComputeError) -> Tensor {
        let taps = try makeTensor(Shape(rows: side, columns: side, channels: channels))
        try inPatchOrder(
            weights, outputs: 1, channels: channels, taps: side * side, into: taps.card, mammo_cuda_fp32)
        return taps
    }
}

extension mammo_cuda_window {
    /// Patches that touch without overlapping.
    init(side: Int) { self.init(kernel: Int32(side), stride: Int32(side), padding: 0) }

    /// Outputs along an axis.
    func outputs(along extent: Int) -> Int {
        let room = extent + 2 * Int(padding) - Int(kernel)
        return room < 0 ? 0 : room / Int(stride) + 1
    }
}
