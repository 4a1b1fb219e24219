import CKernels
import MammoGraph

// Convolutions in training; here those of each channel by itself.
extension CPUDevice {
    /// Those of `DEPTHWISE_SHAPES` (Sources/CKernels/compute/templates/depthwise.h).
    private static let depthwiseShapes = [(kernel: 3, stride: 1), (3, 2), (5, 1), (5, 2), (7, 1)]

    /// See `MapOperations`.
    package func refusal(of convolution: Convolution) -> String? {
        convolution.refusal("the CPU computes", depthwise: Self.depthwiseShapes)
    }

    /// See `MapOperations`.
    package func convolution(
        _ input: Tensor, _ weights: Tensor, bias: Tensor?, _ extents: Convolution, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let output =
            extents.isDepthwise
            ? try depthwise(input, try taps(weights, bias: bias, side: extents.kernel), extents, nil)
            : try denseConvolution(input, weights, bias: bias, extents)
        return try finished(output, destination)
    }

    /// See `MapOperations`.
    package func addWeightGradient(
        _ input: Tensor, _ gradient: Tensor, _ extents: Convolution, to weights: Tensor
    ) throws(ComputeError) {
        if extents.isDepthwise {
            try addTaps(input, gradient, extents, to: weights)
        } else {
            try addDenseWeights(input, gradient, extents, to: weights)
        }
    }

    /// See `MapOperations`.
    package func inputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        let result =
            extents.isDepthwise
            ? try depthwiseInputGradient(gradient, weights, extents, of: shape)
            : try denseInputGradient(gradient, weights, extents, of: shape)
        return try finished(result, destination)
    }

    private func addTaps(
        _ input: Tensor, _ gradient: Tensor, _ extents: Convolution, to weights: Tensor
    ) throws(ComputeError) {
        let (shape, channels, taps) = (gradient.shape, input.shape.channels, extents.kernel * extents.kernel)
        let parts = (shape.rows + Self.rowsOfPart - 1) / Self.rowsOfPart
        let sums = try zeros(Shape(images: shape.images * parts, rows: taps, channels: channels))
        parallelRanges(shape.images * parts, threads: threads, grain: 1) { range, _ in
            for place in range {
                let (image, part) = place.quotientAndRemainder(dividingBy: parts)
                let first = part * Self.rowsOfPart
                var call = ckernels_depthwise_gradient(
                    image: input.host + image * input.shape.rows * input.shape.columns * channels,
                    gradient: gradient.host + image * shape.rows * shape.columns * channels, rows: input.shape.rows,
                    columns: input.shape.columns, channels: channels, kernel: extents.kernel, stride: extents.stride,
                    row: first, row_count: min(Self.rowsOfPart, shape.rows - first),
                    weights: sums.host + place * taps * channels)
                kernels.table.pointee.depthwise_gradient(&call)
            }
        }
        addTapSums(sums, parts: shape.images * parts, channels: channels, to: weights)
    }

    private func depthwiseInputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape
    ) throws(ComputeError) -> Tensor {
        let channels = shape.channels
        if extents.stride == 1 {
            let taps = try taps(weights, bias: nil, side: extents.kernel, flipped: true)
            return try depthwise(gradient, taps, extents, nil)
        }
        let taps = try taps(weights, bias: nil, side: extents.kernel)
        let output = try makeTensor(shape)
        parallelRanges(shape.images * shape.rows, threads: threads, grain: 1) { lines, _ in
            for line in lines {
                let (image, row) = line.quotientAndRemainder(dividingBy: shape.rows)
                var call = ckernels_depthwise_input_gradient(
                    gradient: gradient.host + image * gradient.shape.rows * gradient.shape.columns * channels,
                    rows: shape.rows, columns: shape.columns, channels: channels, kernel: extents.kernel,
                    weights: taps.weights.host, row: row, first_column: 0, count: shape.columns, begins: true,
                    out: output.host + line * shape.columns * channels, out_stride: channels)
                kernels.table.pointee.depthwise_input_gradient(&call)
            }
        }
        return output
    }
}
