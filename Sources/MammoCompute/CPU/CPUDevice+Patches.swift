import CKernels

// Convolutions whose patches do not overlap: each patch becomes a row, the rows one product.
extension CPUDevice {
    /// Patches gathered into rows, then one product.
    package func patches(
        _ input: Tensor, side: Int, _ matrix: any Matrix, before: LayerNorm?, after: LayerNorm?
    ) throws(ComputeError) -> Tensor {
        let depth = side * side * input.shape.channels
        let matrix = packed(matrix, inputs: depth)
        let shape = Shape(
            images: input.shape.images, rows: input.shape.rows / side, columns: input.shape.columns / side,
            channels: matrix.outputs)
        let output = try makeTensor(shape)
        let stride = scratchStride(depth)
        let grain = grain(rows: shape.positions, floats: stride + matrix.outputs)
        parallelRanges(shape.positions, threads: threads, grain: grain, scratch: scratch(grain * stride)) {
            range, rows in
            gather(input, Patches(side: side), shape, range, into: rows, stride: stride)
            if let before {
                for patch in 0..<range.count {
                    let taps = rows + patch * stride
                    normalise(
                        before, rows: taps, stride: input.shape.channels, count: side * side, out: taps,
                        outStride: input.shape.channels)
                }
            }
            let out = output.host + range.lowerBound * matrix.outputs
            var product = matrix.product(
                rows: rows, stride: stride, count: range.count, out: out, outStride: matrix.outputs)
            kernels.table.pointee.product(&product)
            if let after {
                normalise(
                    after, rows: out, stride: matrix.outputs, count: range.count, out: out, outStride: matrix.outputs)
            }
        }
        return output
    }
}
