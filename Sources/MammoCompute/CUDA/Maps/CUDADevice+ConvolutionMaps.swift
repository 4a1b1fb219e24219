import CCUDA
import MammoGraph

// Convolutions in training; here those of each channel by itself.
extension CUDADevice {
    /// Those that the plugin compiles (Sources/CUDA/operations/depthwise.cuh).
    private static let depthwiseShapes = [(kernel: 3, stride: 1), (3, 2), (5, 1), (5, 2), (7, 1)]

    /// See `MapOperations`.
    package func refusal(of convolution: Convolution) -> String? {
        convolution.refusal("cards compute", depthwise: Self.depthwiseShapes)
    }

    /// See `MapOperations`.
    package func convolution(
        _ input: Tensor, _ weights: Tensor, bias: Tensor?, _ extents: Convolution, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        guard extents.isDepthwise else {
            return try denseConvolution(input, weights, bias: bias, extents, to: destination)
        }
        let taps = try taps(weights, channels: extents.outputs, side: extents.kernel)
        return try depthwise(input, taps, bias: bias, extents, nil, to: destination)
    }

    /// From taps as the plugin reads them, side × side × C.
    func depthwise(
        _ input: Tensor, _ taps: Tensor, bias: Tensor?, _ extents: Convolution, _ activation: Activation?,
        to destination: Destination
    ) throws(ComputeError) -> Tensor {
        try made(extents.shape(of: input.shape), for: destination) { out throws(ComputeError) in
            let (rows, out) = (input.cardRows, out.cardRows)
            try context.call { table, handle in
                table.depthwise(
                    handle, rows.base, rows.type, nil, Int32(extents.kernel), Int32(extents.stride), taps.card,
                    bias?.card, activation.card, out.base, out.type, input.shape.card)
            }
        }
    }

    /// See `MapOperations`.
    package func addWeightGradient(
        _ input: Tensor, _ gradient: Tensor, _ extents: Convolution, to weights: Tensor
    ) throws(ComputeError) {
        guard extents.isDepthwise else { return try addDenseWeights(input, gradient, extents, to: weights) }
        let (side, channels) = (extents.kernel, extents.outputs)
        let sums = try zeros(Shape(rows: side, columns: side, channels: channels))
        let (rows, slopes) = (input.cardRows, gradient.cardRows)
        try context.call { table, handle in
            table.depthwise_weight_gradient(
                handle, rows.base, rows.type, nil, slopes.base, slopes.type, Int32(side), Int32(extents.stride),
                sums.card, nil, input.shape.card)
        }
        try addFromPatchOrder(sums, outputs: 1, channels: channels, taps: side * side, to: weights)
    }

    /// See `MapOperations`.
    package func inputGradient(
        _ gradient: Tensor, _ weights: Tensor, _ extents: Convolution, of shape: Shape, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        guard extents.isDepthwise else {
            return try denseInputGradient(gradient, weights, extents, of: shape, to: destination)
        }
        let taps = try taps(weights, channels: extents.outputs, side: extents.kernel)
        func write(to out: Tensor, adds: Bool) throws(ComputeError) {
            let (slopes, out) = (gradient.cardRows, out.cardRows)
            try context.call { table, handle in
                table.depthwise_input_gradient(
                    handle, slopes.base, slopes.type, nil, Int32(extents.kernel), Int32(extents.stride), taps.card,
                    out.base, out.type, adds ? 1 : 0, shape.card)
            }
        }
        if case .accumulated(let sum) = destination, sum !== gradient {
            try write(to: sum, adds: true)
            return sum
        }
        return try made(shape, for: destination) { out throws(ComputeError) in try write(to: out, adds: false) }
    }
}
