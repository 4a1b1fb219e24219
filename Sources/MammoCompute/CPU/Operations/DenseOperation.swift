import CKernels
import MammoGraph

/// A dense convolution or a product in training.
///
/// The gradient of the weights is a sum of products over positions; that of the input is the convolution of the output's
/// gradient, with zeros between its positions where the stride is more than 1, with the flipped kernel.
struct DenseOperation: SegmentOperation {
    let extents: Convolution

    var entries: Int { extents.hasBias ? 2 : 1 }
    private var depth: Int { extents.kernel * extents.kernel * extents.inputs }

    /// Positions whose patches are gathered at a time for the gradient of the weights.
    private static let positionsAtATime = 2048

    func shape(of input: Shape) -> Shape { extents.shape(of: input) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let weights = try device.inPatchOrder(parameters[0], channels: extents.inputs, side: extents.kernel)
        let matrix = try PackedMatrix.forward(
            weights, inputs: depth, outputs: extents.outputs, bias: extents.hasBias ? parameters[1] : nil, for: device)
        return (try device.dense(input, matrix, extents, nil), KeptInput(input))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let input = (kept as? KeptInput)?.input else { preconditionFailure("activations of another layer") }
        if let weights = gradients[0] { try addWeights(input, gradient, to: weights, on: device) }
        if extents.hasBias, let bias = gradients[1] {
            device.addPositions(of: gradient, to: bias)
        }
        return needsInput ? try inputGradient(parameters[0], gradient, input.shape, on: device) : nil
    }

    private func addWeights(
        _ input: Tensor, _ gradient: Tensor, to weights: Tensor, on device: CPUDevice
    ) throws(ComputeError) {
        let positions = gradient.shape.positions
        // A process without an image of the batch.
        guard positions > 0 else { return }
        let sums = try device.makeTensor(Shape(rows: extents.outputs, channels: depth))
        let patches =
            extents.isPointwise ? input : try device.makeTensor(Shape(rows: Self.positionsAtATime, channels: depth))
        for first in stride(from: 0, to: positions, by: extents.isPointwise ? positions : Self.positionsAtATime) {
            let count = min(extents.isPointwise ? positions : Self.positionsAtATime, positions - first)
            if !extents.isPointwise {
                parallelRanges(count, threads: device.threads, grain: 64) { range, _ in
                    device.gather(
                        input, Patches(extents), gradient.shape, first + range.lowerBound..<first + range.upperBound,
                        into: patches.host + range.lowerBound * depth, stride: depth)
                }
            }
            device.addOuter(
                RowsOfTensor(tensor: gradient, offset: first * extents.outputs, stride: extents.outputs),
                rows: extents.outputs, RowsOfTensor(tensor: patches, stride: depth), columns: depth, positions: count,
                to: sums, begins: first == 0)
        }
        device.addFromPatchOrder(
            sums, channels: extents.inputs, taps: extents.kernel * extents.kernel, to: weights)
    }

    private func inputGradient(
        _ weights: Tensor, _ gradient: Tensor, _ shape: Shape, on device: CPUDevice
    ) throws(ComputeError) -> Tensor {
        let back = Convolution(
            extents.outputs, extents.inputs, kernel: extents.kernel, padding: extents.kernel - 1 - extents.padding,
            hasBias: false, initial: extents.initial)
        if extents.isPointwise {
            let matrix = try PackedMatrix.backward(
                weights, inputs: extents.inputs, outputs: extents.outputs, for: device)
            return try device.dense(gradient, matrix, back, nil)
        }
        let taps = extents.kernel * extents.kernel
        let flipped = try device.makeTensor(Shape(rows: extents.inputs, channels: taps * extents.outputs))
        parallelRanges(extents.inputs, threads: device.threads, grain: 4) { inputs, _ in
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
            flipped, inputs: taps * extents.outputs, outputs: extents.inputs,
            bias: nil, for: device)
        var spread = gradient
        if extents.stride > 1 {
            spread = try device.spread(
                gradient, by: extents.stride,
                rows: shape.rows + 2 * extents.padding - extents.kernel + 1,
                columns: shape.columns + 2 * extents.padding - extents.kernel + 1)
        }
        return try device.dense(spread, matrix, back, nil)
    }
}

extension CPUDevice {
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
