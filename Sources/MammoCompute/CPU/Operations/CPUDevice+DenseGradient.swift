import CKernels
import MammoGraph

// Dense convolutions and products in training.
//
// The gradient of the weights is a sum of products over positions; that of the input is the convolution of the output's
// gradient, with zeros between its positions where the stride is more than 1, with the flipped kernel.
extension CPUDevice {
    /// Positions whose patches are gathered at a time for the gradient of the weights.
    private static let positionsAtATime = 2048

    /// From weights as torchvision has them.
    func denseConvolution(
        _ input: Tensor, _ weights: Tensor, bias: Tensor?, _ extents: Convolution
    ) throws(ComputeError) -> Tensor {
        let ordered = try inPatchOrder(weights, channels: extents.inputs, side: extents.kernel)
        let matrix = try PackedMatrix.forward(
            ordered, inputs: extents.patchValues, outputs: extents.outputs, bias: bias, for: self)
        return try dense(input, matrix, extents, nil)
    }

    /// See `MapOperations`.
    func addDenseWeights(
        _ input: Tensor, _ gradient: Tensor, _ extents: Convolution, to weights: Tensor
    ) throws(ComputeError) {
        let (positions, depth) = (gradient.shape.positions, extents.patchValues)
        // A process without an image of the batch.
        guard positions > 0 else { return }
        let sums = try makeTensor(Shape(rows: extents.outputs, channels: depth))
        let patches =
            extents.isPointwise ? input : try makeTensor(Shape(rows: Self.positionsAtATime, channels: depth))
        for first in stride(from: 0, to: positions, by: extents.isPointwise ? positions : Self.positionsAtATime) {
            let count = min(extents.isPointwise ? positions : Self.positionsAtATime, positions - first)
            if !extents.isPointwise {
                parallelRanges(count, threads: threads, grain: 64) { range, _ in
                    gather(
                        input, Patches(extents), gradient.shape, first + range.lowerBound..<first + range.upperBound,
                        into: patches.host + range.lowerBound * depth, stride: depth)
                }
            }
            addOuter(
                RowsOfTensor(tensor: gradient, offset: first * extents.outputs, stride: extents.outputs),
                rows: extents.outputs, RowsOfTensor(tensor: patches, stride: depth), columns: depth, positions: count,
                to: sums, begins: first == 0)
        }
        addFromPatchOrder(sums, channels: extents.inputs, taps: extents.kernel * extents.kernel, to: weights)
    }

    /// See `MapOperations`.
    func denseInputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape
    ) throws(ComputeError) -> Tensor {
        let back = Convolution(
            extents.outputs, extents.inputs, kernel: extents.kernel, padding: extents.kernel - 1 - extents.padding,
            hasBias: false, initial: extents.initial)
        if extents.isPointwise {
            let matrix = try PackedMatrix.backward(
                weights, inputs: extents.inputs, outputs: extents.outputs, for: self)
            return try dense(gradient, matrix, back, nil)
        }
        let taps = extents.kernel * extents.kernel
        let flipped = try makeTensor(Shape(rows: extents.inputs, channels: taps * extents.outputs))
        parallelRanges(extents.inputs, threads: threads, grain: 4) { inputs, _ in
            let (values, first) = (weights.host, flipped.host)
            for input in inputs {
                for tap in 0..<taps {
                    let out = first + (input * taps + tap) * extents.outputs
                    for output in 0..<extents.outputs {
                        out[output] = values[(output * extents.inputs + input) * taps + taps - 1 - tap]
                    }
                }
            }
        }
        let matrix = try PackedMatrix.forward(
            flipped, inputs: taps * extents.outputs, outputs: extents.inputs, bias: nil, for: self)
        var spread = gradient
        if extents.stride > 1 {
            spread = try self.spread(
                gradient, by: extents.stride, rows: shape.rows + 2 * extents.padding - extents.kernel + 1,
                columns: shape.columns + 2 * extents.padding - extents.kernel + 1)
        }
        return try dense(spread, matrix, back, nil)
    }

    /// A map with zeros between its positions.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - stride: From one position to the next in the result.
    ///   - rows: Rows of the result.
    ///   - columns: Columns of the result.
    /// - Returns: N×rows×columns×C.
    /// - Throws: `ComputeError.outOfMemory`.
    func spread(_ input: Tensor, by stride: Int, rows: Int, columns: Int) throws(ComputeError) -> Tensor {
        let (shape, channels) = (input.shape, input.shape.channels)
        let output = try zeros(Shape(images: shape.images, rows: rows, columns: columns, channels: channels))
        parallelRanges(shape.images * shape.rows, threads: threads, grain: 8) { lines, _ in
            for line in lines {
                let (image, row) = line.quotientAndRemainder(dividingBy: shape.rows)
                for column in 0..<shape.columns {
                    let place = (image * rows + row * stride) * columns + column * stride
                    (output.host + place * channels).update(
                        from: input.host + (line * shape.columns + column) * channels, count: channels)
                }
            }
        }
        return output
    }
}
