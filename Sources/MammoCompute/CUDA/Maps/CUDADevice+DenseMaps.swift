import CCUDA
import MammoGraph

// Dense convolutions in training and for prediction: products of patches, which are gathered in the device's precision for as
// many images at a time as some memory has room for. The gradient of the input is the product with the weights the other way
// round, whose patches are added up where they overlap.
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

    /// The products of a convolution's patches with a matrix of outputs × taps × inputs.
    private func multiplyPatches(
        _ input: Tensor, _ matrix: CUDARows, _ extents: Convolution, into out: Tensor
    ) throws(ComputeError) {
        let sums = out.cardRows
        try forPatches(of: input, extents) { patches, first throws(ComputeError) in
            try multiply(
                patches.operand, matrix.operand.transposed, rows: patches.rows, columns: matrix.rows,
                depth: matrix.channels, into: sums.operand(from: first))
        }
    }

    /// See `MapOperations`.
    func denseConvolution(
        _ input: Tensor, _ weights: Tensor, bias: Tensor?, _ extents: Convolution, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let matrix = try denseMatrix(weights, extents)
        guard let bias else {
            return try made(extents.shape(of: input.shape), for: destination) { out throws(ComputeError) in
                try multiplyPatches(input, matrix, extents, into: out)
            }
        }
        return try denseConvolution(
            input, matrix, bias: bias, extents, activation: nil, isExact: true, to: destination)
    }

    /// A convolution by a matrix of outputs × taps × inputs, with its bias and activation; its sums are rounded to the device's
    /// precision first unless `isExact`.
    func denseConvolution(
        _ input: Tensor, _ matrix: CUDARows, bias: Tensor, _ extents: Convolution, activation: Activation?,
        isExact: Bool = false, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let shape = extents.shape(of: input.shape)
        let target = try target(shape, for: destination)
        var call = mammo_cuda_affine()
        (call.shift, call.activation) = (UnsafePointer(bias.card), activation.card)
        let positions = max(1, shape.rows * shape.columns)
        try forPatches(of: input, extents) { patches, first throws(ComputeError) in
            var part = shape
            part.images = patches.rows / positions
            let affine = target.described(call, shape: part, from: first / positions)
            try multiply(patches, matrix, affine: affine, isExact: isExact)
        }
        return target.output
    }

    /// See `MapOperations`.
    func addDenseWeights(
        _ input: Tensor, _ gradient: Tensor, _ extents: Convolution, to weights: Tensor
    ) throws(ComputeError) {
        // A process without an image of the batch.
        guard gradient.shape.positions > 0 else { return }
        let slopes = try converted(gradient, rows: gradient.shape.positions, channels: extents.outputs)
        let depth = extents.patchValues
        let isOrdered = extents.kernel == 1
        let sums = isOrdered ? weights : try makeTensor(Shape(rows: extents.outputs, channels: depth))
        try forPatches(of: input, extents) { patches, first throws(ComputeError) in
            try multiply(
                slopes.operand(from: first).transposed, patches.operand, rows: extents.outputs, columns: depth,
                depth: patches.rows, into: sums.operand(stride: depth), adds: isOrdered || first > 0)
        }
        guard !isOrdered else { return }
        try addFromPatchOrder(
            sums, outputs: extents.outputs, channels: extents.inputs, taps: extents.kernel * extents.kernel,
            to: weights)
    }

    /// See `MapOperations`.
    func denseInputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let matrix = try denseMatrix(weights, extents)
        let slopes = try converted(gradient, rows: gradient.shape.positions, channels: extents.outputs)
        if extents.isPointwise {
            func multiply(into out: Tensor, adds: Bool) throws(ComputeError) {
                try self.multiply(
                    slopes.operand, matrix.operand, rows: slopes.rows, columns: matrix.channels,
                    depth: extents.outputs, into: out.cardRows.operand, adds: adds)
            }
            if case .accumulated(let sum) = destination, sum !== gradient {
                try multiply(into: sum, adds: true)
                return sum
            }
            return try made(shape, for: destination) { out throws(ComputeError) in
                try multiply(into: out, adds: false)
            }
        }
        return try made(shape, for: destination) { out throws(ComputeError) in
            let outputs = extents.shape(of: shape)
            let (positions, back) = (outputs.rows * outputs.columns, out.cardRows)
            for images in imagesOfPatches(outputs, extents) {
                let patches = try rows(images.count * positions, matrix.channels)
                try multiply(
                    slopes.operand(from: images.lowerBound * positions), matrix.operand, rows: patches.rows,
                    columns: patches.channels, depth: extents.outputs, into: patches.operand)
                var part = shape
                part.images = images.count
                let target = back.operand(from: images.lowerBound * shape.rows * shape.columns)
                try context.call { table, handle in
                    table.scatter_patches(
                        handle, patches.base, patches.type, mammo_cuda_window(extents), target.base, target.type,
                        part.card)
                }
            }
        }
    }

    /// The patches of some images after the other, and the first output that is theirs. A convolution of 1×1 has its input.
    private func forPatches(
        of input: Tensor, _ extents: Convolution, _ body: (CUDARows, Int) throws(ComputeError) -> Void
    ) throws(ComputeError) {
        let (shape, outputs) = (input.shape, extents.shape(of: input.shape))
        if extents.isPointwise {
            return try body(try converted(input, rows: shape.positions, channels: shape.channels), 0)
        }
        let rows = input.cardRows
        for images in imagesOfPatches(outputs, extents) {
            var part = shape
            part.images = images.count
            let first = rows.operand(from: images.lowerBound * shape.rows * shape.columns)
            let patches = try gathered(first.base, first.type, part, mammo_cuda_window(extents))
            try body(patches, images.lowerBound * outputs.rows * outputs.columns)
        }
    }

    /// Which images' patches are gathered together.
    private func imagesOfPatches(_ outputs: Shape, _ extents: Convolution) -> [Range<Int>] {
        let bytes = max(1, outputs.rows * outputs.columns * extents.patchValues * precision.bytes)
        let count = max(1, bytesOfPatches / bytes)
        return stride(from: 0, to: outputs.images, by: count).map { $0..<min($0 + count, outputs.images) }
    }
}

extension mammo_cuda_window {
    /// A convolution's patches.
    init(_ extents: Convolution) {
        self.init(
            kernel: Int32(extents.kernel), stride: Int32(extents.stride), padding: Int32(extents.padding))
    }
}
