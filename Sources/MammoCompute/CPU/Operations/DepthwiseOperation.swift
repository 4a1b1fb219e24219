import CKernels
import MammoGraph

/// A convolution of each channel by itself in training.
struct DepthwiseOperation: SegmentOperation {
    let extents: Convolution

    var entries: Int { extents.hasBias ? 2 : 1 }

    func shape(of input: Shape) -> Shape { extents.shape(of: input) }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let taps = try device.taps(
            parameters[0], bias: extents.hasBias ? parameters[1] : nil, side: extents.kernel)
        return (try device.depthwise(input, taps, extents, nil), KeptInput(input))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let input = (kept as? KeptInput)?.input else { preconditionFailure("activations of another layer") }
        if let weights = gradients[0] { try addTaps(input, gradient, to: weights, on: device) }
        if extents.hasBias, let bias = gradients[1] {
            device.addPositions(of: gradient, to: bias)
        }
        return needsInput ? try inputGradient(parameters[0], gradient, input.shape, on: device) : nil
    }

    private func addTaps(
        _ input: Tensor, _ gradient: Tensor, to weights: Tensor, on device: CPUDevice
    ) throws(ComputeError) {
        let (shape, channels, taps) = (gradient.shape, input.shape.channels, extents.kernel * extents.kernel)
        let parts = (shape.rows + CPUDevice.rowsOfPart - 1) / CPUDevice.rowsOfPart
        let sums = try device.zeros(Shape(images: shape.images * parts, rows: taps, channels: channels))
        parallelRanges(shape.images * parts, threads: device.threads, grain: 1) { range, _ in
            for place in range {
                let (image, part) = place.quotientAndRemainder(dividingBy: parts)
                let first = part * CPUDevice.rowsOfPart
                var call = ckernels_depthwise_gradient(
                    image: input.host + image * input.shape.rows * input.shape.columns * channels,
                    gradient: gradient.host + image * shape.rows * shape.columns * channels, rows: input.shape.rows,
                    columns: input.shape.columns, channels: channels, kernel: extents.kernel, stride: extents.stride,
                    row: first, row_count: min(CPUDevice.rowsOfPart, shape.rows - first),
                    weights: sums.host + place * taps * channels)
                device.kernels.table.pointee.depthwise_gradient(&call)
            }
        }
        device.addTapSums(sums, parts: shape.images * parts, channels: channels, to: weights)
    }

    private func inputGradient(
        _ weights: Tensor, _ gradient: Tensor, _ shape: Shape, on device: CPUDevice
    ) throws(ComputeError) -> Tensor {
        let channels = shape.channels
        if extents.stride == 1 {
            let taps = try device.taps(weights, bias: nil, side: extents.kernel, flipped: true)
            return try device.depthwise(gradient, taps, extents, nil)
        }
        let taps = try device.taps(weights, bias: nil, side: extents.kernel)
        let output = try device.makeTensor(shape)
        parallelRanges(shape.images * shape.rows, threads: device.threads, grain: 1) { lines, _ in
            for line in lines {
                let (image, row) = line.quotientAndRemainder(dividingBy: shape.rows)
                var call = ckernels_depthwise_input_gradient(
                    gradient: gradient.host + image * gradient.shape.rows * gradient.shape.columns * channels,
                    rows: shape.rows, columns: shape.columns, channels: channels, kernel: extents.kernel,
                    weights: taps.weights.host, row: row, first_column: 0, count: shape.columns, begins: true,
                    out: output.host + line * shape.columns * channels, out_stride: channels)
                device.kernels.table.pointee.depthwise_input_gradient(&call)
            }
        }
        return output
    }
}
