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
        parallelRanges(shape.positions, threads: threads, grain: grain, scratch: grain * stride) { range, rows in
            gather(input, side: side, shape, range, before, rows, stride: stride)
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

    /// Copies, or normalises, the patches of a range of outputs into rows.
    private func gather(
        _ input: Tensor, side: Int, _ outputs: Shape, _ positions: Range<Int>, _ norm: LayerNorm?,
        _ rows: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let shape = input.shape
        let width = side * shape.channels
        for position in positions {
            let (line, column) = position.quotientAndRemainder(dividingBy: outputs.columns)
            let (image, row) = line.quotientAndRemainder(dividingBy: outputs.rows)
            let patch = rows + (position - positions.lowerBound) * stride
            for patchRow in 0..<side {
                let first = (image * shape.rows + row * side + patchRow) * shape.columns + column * side
                let source = input.host + first * shape.channels
                if let norm {
                    normalise(
                        norm, rows: source, stride: shape.channels, count: side, out: patch + patchRow * width,
                        outStride: shape.channels)
                } else {
                    (patch + patchRow * width).update(from: source, count: width)
                }
            }
        }
    }
}
