import CKernels

/// What a convolution of patches keeps for its gradient.
final class PatchActivations: Activations {
    let inputShape: Shape
    let side: Int
    /// Positions of the output × side·side·C, in the order patch row, patch column, channel: of a downsampling layer the
    /// normalised rows before the norm's own scale and shift, of the stem the input.
    let patches: Tensor
    /// The norm's result before its own scale and shift, where the norm comes after.
    let normal: Tensor?
    /// One over the deviation of each row that was normalised, in the order of `patches`.
    let inverse: Tensor

    init(inputShape: Shape, side: Int, patches: Tensor, normal: Tensor?, inverse: Tensor) {
        self.inputShape = inputShape
        self.side = side
        self.patches = patches
        self.normal = normal
        self.inverse = inverse
    }
}

// Convolutions of patches forward, keeping what their gradients need.
extension CPUDevice {
    /// The norm before: each row of a patch is normalised where it was copied to.
    package func trainDownsample(
        _ input: Tensor, _ parameters: PatchTensors
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        let side = 2
        let channels = input.shape.channels
        let output = try makeTensor(patchShape(input.shape, side: side, channels: parameters.bias.shape.count))
        let depth = side * side * channels
        let kept = PatchActivations(
            inputShape: input.shape, side: side, patches: try makeTensor(output.shape.with(channels: depth)),
            normal: nil, inverse: try makeTensor(output.shape.with(channels: side * side)))
        let matrix = try PackedMatrix.forward(
            try inPatchOrder(parameters.weights, channels: channels, side: side), inputs: depth,
            outputs: output.shape.channels, bias: parameters.bias,
            scale: try repeated(parameters.gamma, times: side * side),
            shift: try repeated(parameters.beta, times: side * side), for: self)
        let grain = grain(rows: output.shape.positions, floats: depth + output.shape.channels)
        parallelRanges(output.shape.positions, threads: threads, grain: grain) { range, _ in
            let rows = kept.patches.host + range.lowerBound * depth
            gather(input, Patches(side: side), output.shape, range, into: rows, stride: depth)
            normalise(
                rows, inverse: kept.inverse.host + range.lowerBound * side * side, count: range.count * side * side,
                channels: channels)
            var product = matrix.product(
                rows: rows, stride: depth, count: range.count,
                out: output.host + range.lowerBound * output.shape.channels, outStride: output.shape.channels)
            kernels.table.pointee.product(&product)
        }
        return (output, kept)
    }

    /// The norm after.
    package func trainStem(
        _ input: Tensor, _ parameters: PatchTensors
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        let side = 4
        let channels = parameters.bias.shape.count
        let normal = try makeTensor(patchShape(input.shape, side: side, channels: channels))
        let output = try makeTensor(normal.shape)
        let depth = side * side * input.shape.channels
        let kept = PatchActivations(
            inputShape: input.shape, side: side, patches: try makeTensor(output.shape.with(channels: depth)),
            normal: normal, inverse: try makeTensor(output.shape.with(channels: 1)))
        let matrix = try PackedMatrix.forward(
            try inPatchOrder(parameters.weights, channels: input.shape.channels, side: side), inputs: depth,
            outputs: channels, bias: parameters.bias, for: self)
        let grain = grain(rows: output.shape.positions, floats: depth + 2 * channels)
        parallelRanges(output.shape.positions, threads: threads, grain: grain) { range, _ in
            let patches = kept.patches.host + range.lowerBound * depth
            let rows = normal.host + range.lowerBound * channels
            gather(input, Patches(side: side), output.shape, range, into: patches, stride: depth)
            var product = matrix.product(
                rows: patches, stride: depth, count: range.count, out: rows, outStride: channels)
            kernels.table.pointee.product(&product)
            normalise(rows, inverse: kept.inverse.host + range.lowerBound, count: range.count, channels: channels)
            let out = output.host + range.lowerBound * channels
            let (gamma, beta) = (parameters.gamma.host, parameters.beta.host)
            for row in 0..<range.count {
                for c in 0..<channels { out[row * channels + c] = rows[row * channels + c] * gamma[c] + beta[c] }
            }
        }
        return (output, kept)
    }

    private func patchShape(_ input: Shape, side: Int, channels: Int) -> Shape {
        Shape(images: input.images, rows: input.rows / side, columns: input.columns / side, channels: channels)
    }

    /// A norm's parameters for each tap of a patch.
    func repeated(_ tensor: Tensor, times: Int) throws(ComputeError) -> Tensor {
        let count = tensor.shape.count
        let result = try makeTensor(Shape(rows: times, channels: count))
        for time in 0..<times { (result.host + time * count).update(from: tensor.host, count: count) }
        return result
    }

    /// Weights of outputs × inputs × side × side as outputs × side × side × inputs.
    func inPatchOrder(_ weights: Tensor, channels: Int, side: Int) throws(ComputeError) -> Tensor {
        let taps = side * side
        // The same order.
        if taps == 1 { return weights }
        let ordered = try makeTensor(weights.shape)
        parallelRanges(weights.shape.count / (taps * channels), threads: threads, grain: 16) { outputs, _ in
            let (values, first) = (weights.host, ordered.host)
            for output in outputs {
                let (source, out) = (values + output * taps * channels, first + output * taps * channels)
                for channel in 0..<channels {
                    for tap in 0..<taps { out[tap * channels + channel] = source[channel * taps + tap] }
                }
            }
        }
        return ordered
    }

    /// Adds values of outputs × side × side × inputs to those of outputs × inputs × side × side.
    func addFromPatchOrder(_ ordered: Tensor, channels: Int, taps: Int, to weights: Tensor) {
        parallelRanges(weights.shape.count / (taps * channels), threads: threads, grain: 16) { outputs, _ in
            let (values, sums) = (ordered.host, weights.host)
            if taps == 1 {
                let (first, count) = (outputs.lowerBound * channels, outputs.count * channels)
                return kernels.table.pointee.add_rows(values + first, count, 1, count, sums + first)
            }
            for output in outputs {
                let (source, out) = (values + output * taps * channels, sums + output * taps * channels)
                for tap in 0..<taps {
                    for channel in 0..<channels { out[channel * taps + tap] += source[tap * channels + channel] }
                }
            }
        }
    }

    /// Where a row of an output's patch begins in the input.
    func patchRow(_ row: Int, of position: Int, _ outputs: Shape, _ input: Shape, side: Int) -> Int {
        let (line, column) = position.quotientAndRemainder(dividingBy: outputs.columns)
        let (image, outputRow) = line.quotientAndRemainder(dividingBy: outputs.rows)
        return ((image * input.rows + outputRow * side + row) * input.columns + column * side) * input.channels
    }
}
