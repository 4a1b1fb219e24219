import CKernels

/// A norm and a convolution of patches, the product in 8 bits: a row of patches at a time.
struct Int8Downsample: InferencePlan {
    private let device: CPUDevice
    private let kernels: Int8Kernels
    private let side: Int
    private let matrix: Int8Matrix
    private let normal: Int8Quantisation

    /// A convolution by the ranges of the normalised values.
    init(
        _ parts: PatchParts, _ ranges: [ActivationRanges], _ kernels: Int8Kernels, on device: CPUDevice
    ) throws(ComputeError) {
        (self.device, self.kernels, side) = (device, kernels, parts.side)
        normal = try Int8Quantisation(ranges[0], for: kernels)
        matrix = try Int8Matrix(parts.weightsOfNormal, ranges[0], for: kernels)
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        let (shape, side) = (input.shape, side)
        precondition(side * side * shape.channels == matrix.inputs, "\(shape.channels) channels for other patches")
        let output = try device.makeTensor(
            Shape(
                images: shape.images, rows: shape.rows / side, columns: shape.columns / side,
                channels: matrix.outputs))
        let (rows, columns) = (output.shape.rows, output.shape.columns)
        let line = shape.columns * shape.channels
        parallelRanges(
            shape.images * rows, threads: device.threads, grain: 1, scratch: device.scratch((side * line + 3) / 4)
        ) { range, scratch in
            let bytes = UnsafeMutableRawPointer(scratch).assumingMemoryBound(to: UInt8.self)
            for place in range {
                let (image, row) = place.quotientAndRemainder(dividingBy: rows)
                kernels.normalise(
                    input.host + (image * shape.rows + row * side) * line, stride: shape.channels,
                    count: side * shape.columns, channels: shape.channels, normal, into: bytes,
                    outStride: shape.channels)
                var product = matrix.product(rows: bytes, stride: side * shape.channels, count: columns)
                product.depth = side * shape.channels
                product.runs = side
                product.run_stride = line
                product.out = output.host + place * columns * matrix.outputs
                product.out_stride = matrix.outputs
                kernels.table.pointee.product(&product)
            }
        }
        return output
    }
}
