import CCUDA
import MammoGraph

extension Activation? {
    /// As the plugin has it.
    var card: mammo_cuda_activation {
        switch self {
        case .none: mammo_cuda_identity
        case .gelu: mammo_cuda_gelu
        case .silu: mammo_cuda_silu
        case .sigmoid: mammo_cuda_sigmoid
        }
    }
}

/// Where an operation's output goes: residual + factors[image] · the result.
struct MapTarget {
    let output: Tensor
    var residual: Tensor?
    /// One for each image.
    var factors: Tensor?

    /// A call that lacks its input and what becomes of its output.
    func described(_ call: mammo_cuda_affine, shape: Shape) -> mammo_cuda_affine {
        var call = call
        let out = output.cardRows
        (call.out, call.out_type) = (out.base, out.type)
        if let copy = out.memory.copy { (call.copy, call.copy_type) = (copy.base, copy.type) }
        call.factors = factors.map { UnsafePointer($0.card) }
        call.residual = residual.map { UnsafePointer($0.card) }
        if call.shift_factor == 0 { call.shift_factor = 1 }
        call.shape = shape.card
        return call
    }
}

// What becomes of an operation's output, and the operations that go over a map once. None of them writes to what it is given,
// but for a sum's tensor.
extension CUDADevice {
    /// Lets an operation write its output: in the device's precision within a segment, in single precision beyond it. What is
    /// to be added to a tensor is added afterwards.
    ///
    /// - Parameters:
    ///   - shape: The output's.
    ///   - destination: What becomes of it.
    ///   - body: Writes it.
    /// - Returns: The output, or the sum.
    /// - Throws: `ComputeError`.
    func made(
        _ shape: Shape, for destination: Destination, _ body: (Tensor) throws(ComputeError) -> Void
    ) throws(ComputeError) -> Tensor {
        switch destination {
        case .within:
            let map = try makeMap(shape)
            try body(map)
            return map
        case .beyond:
            let tensor = try makeTensor(shape)
            try body(tensor)
            return tensor
        case .added, .accumulated:
            let map = try makeMap(shape)
            try body(map)
            return try affine(map, scale: nil, shift: nil, activation: nil, to: destination)
        }
    }

    /// See `MapOperations`.
    package func affine(
        _ input: Tensor, scale: Tensor?, shift: Tensor?, activation: Activation?, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        var call = mammo_cuda_affine()
        (call.scale, call.shift) = (scale.map { UnsafePointer($0.card) }, shift.map { UnsafePointer($0.card) })
        call.activation = activation.card
        return try affine(input, call, to: destination)
    }

    /// A call that lacks its input, its output and what becomes of that.
    private func affine(
        _ input: Tensor, _ call: mammo_cuda_affine, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let target = try target(input.shape, for: destination)
        let rows = input.cardRows
        var call = target.described(call, shape: input.shape)
        (call.in, call.in_type) = (UnsafeRawPointer(rows.base), rows.type)
        try context.call { table, handle in table.affine(handle, &call) }
        return target.output
    }

    /// Where an operation's output goes, and what is added to it.
    func target(_ shape: Shape, for destination: Destination) throws(ComputeError) -> MapTarget {
        switch destination {
        case .within: MapTarget(output: try makeMap(shape))
        case .beyond: MapTarget(output: try makeTensor(shape))
        case .added(let tensor, let values):
            MapTarget(
                output: try makeTensor(shape), residual: tensor,
                factors: values.contains(where: { $0 != 1 }) ? try vector(values) : nil)
        case .accumulated(let tensor): MapTarget(output: tensor, residual: tensor)
        }
    }

    /// See `MapOperations`.
    package func activationGradient(
        _ input: Tensor, _ activation: Activation, _ gradient: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        var call = slopes(input, gradient, activation)
        return try made(input.shape, for: destination) { out throws(ComputeError) in
            let out = out.cardRows
            try context.call { table, handle in table.batch_gradient(handle, &call, nil, 0, out.base, out.type) }
        }
    }

    /// A map and the gradient of what an activation makes of it.
    func slopes(_ input: Tensor, _ gradient: Tensor, _ activation: Activation?) -> mammo_cuda_slopes {
        var call = mammo_cuda_slopes()
        let (rows, slopes) = (input.cardRows, gradient.cardRows)
        (call.in, call.in_type) = (UnsafeRawPointer(rows.base), rows.type)
        (call.gradient, call.gradient_type) = (UnsafeRawPointer(slopes.base), slopes.type)
        (call.activation, call.rows, call.channels) = (activation.card, Int64(rows.rows), Int32(rows.channels))
        return call
    }

    /// The same values in single precision.
    func single(_ tensor: Tensor) throws(ComputeError) -> Tensor {
        tensor.cardMemory.type == mammo_cuda_fp32 ? tensor : try passed(tensor, to: .beyond)
    }

    /// See `MapOperations`.
    package func means(_ input: Tensor) throws(ComputeError) -> Tensor { try mean(input) }

    /// See `MapOperations`.
    package func gated(
        _ input: Tensor, by factors: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        var call = mammo_cuda_affine()
        (call.scale, call.for_each_image) = (UnsafePointer(factors.card), 1)
        return try affine(input, call, to: destination)
    }

    /// See `MapOperations`.
    package func sums(ofProducts one: Tensor, _ other: Tensor) throws(ComputeError) -> Tensor {
        let output = try makeTensor(Shape(images: one.shape.images, channels: one.shape.channels))
        let (a, b) = (one.cardRows, other.cardRows)
        try context.call { table, handle in
            table.image_products(handle, a.base, a.type, b.base, b.type, output.card, one.shape.card)
        }
        return output
    }

    /// See `MapOperations`.
    package func gateGradient(
        _ gradient: Tensor, factors: Tensor, means: Tensor, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        var call = mammo_cuda_affine()
        (call.scale, call.shift) = (UnsafePointer(factors.card), UnsafePointer(means.card))
        call.for_each_image = 1
        call.shift_factor = 1 / Float(max(1, gradient.shape.rows * gradient.shape.columns))
        return try affine(gradient, call, to: destination)
    }

    /// See `MapOperations`.
    package func multiplied(
        _ input: Tensor, by factors: [Float], to destination: Destination
    ) throws(ComputeError) -> Tensor {
        // Values that lie next to each other are as good as channels.
        let images = max(1, input.shape.images)
        let flat = Shape(images: images, channels: input.shape.count / images)
        let result = try gated(
            Tensor(shape: flat, storage: input.storage), by: try tensor(factors, flat), to: destination)
        return Tensor(shape: input.shape, storage: result.storage)
    }

    /// No operation writes to a gradient it is given, so that of the segment's output serves as it is.
    package func branchGradient(_ gradient: Tensor, factors: [Float]) throws(ComputeError) -> Tensor {
        guard factors.contains(where: { $0 != 1 }) else { return gradient }
        let channels = gradient.shape.channels
        let expanded = factors.flatMap { [Float](repeating: $0, count: channels) }
        return try gated(
            gradient, by: try tensor(expanded, Shape(images: factors.count, channels: channels)), to: .within)
    }

    /// See `MapOperations`.
    package func addPositions(of gradient: Tensor, to bias: Tensor) throws(ComputeError) {
        let rows = gradient.cardRows
        try context.call { table, handle in
            table.column_sums(handle, rows.base, rows.type, Int64(rows.rows), Int32(rows.channels), bias.card)
        }
    }
}
