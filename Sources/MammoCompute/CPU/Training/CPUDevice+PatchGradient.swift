import CKernels

// Convolutions of patches backward; the norm's own parameters as for a block (see CPUDevice+BlockGradient).
extension CPUDevice {
    /// See `LayerOperations`.
    package func downsampleGradient(
        _ kept: any Activations, _ parameters: PatchTensors, _ gradient: Tensor, into gradients: PatchTensors
    ) throws(ComputeError) -> Tensor {
        guard let kept = kept as? PatchActivations else { preconditionFailure("activations of another layer") }
        let (channels, outputs) = (kept.inputShape.channels, gradient.shape.channels)
        let depth = kept.side * kept.side * channels
        let weights = try inPatchOrder(parameters.weights, channels: channels, side: kept.side)
        let matrix = try PackedMatrix.backward(
            weights, inputs: depth, outputs: outputs,
            inputScale: try repeated(parameters.gamma, times: depth / channels), for: self)
        let input = try zeros(kept.inputShape)
        let grain = grain(rows: gradient.shape.positions, floats: 2 * depth + outputs)
        parallelRanges(gradient.shape.positions, threads: threads, grain: grain, scratch: scratch(grain * depth)) {
            range, rows in
            var product = matrix.product(
                rows: gradient.host + range.lowerBound * outputs, stride: outputs, count: range.count, out: rows,
                outStride: depth)
            kernels.table.pointee.product(&product)
            let taps = kept.side * kept.side
            normaliseGradient(
                rows, normal: kept.patches.host + range.lowerBound * depth,
                inverse: kept.inverse.host + range.lowerBound * taps, count: range.count * taps, channels: channels)
            let width = kept.side * channels
            for (number, position) in range.enumerated() {
                for row in 0..<kept.side {
                    let place = patchRow(row, of: position, gradient.shape, kept.inputShape, side: kept.side)
                    (input.host + place).update(from: rows + (number * kept.side + row) * width, count: width)
                }
            }
        }
        let (product, sum) = try sums(kept, gradient)
        let ordered = try zeros(weights.shape)
        addNormalised(
            product, totals: sum, weights, outputs: outputs, gamma: parameters.gamma, beta: parameters.beta,
            to: ordered,
            gamma: gradients.gamma, beta: gradients.beta)
        addInPatchOrder(ordered, sum, channels: channels, taps: kept.side * kept.side, to: gradients)
        return input
    }

    /// See `LayerOperations`.
    package func stemGradient(
        _ kept: any Activations, _ parameters: PatchTensors, _ gradient: Tensor, into gradients: PatchTensors
    ) throws(ComputeError) {
        guard let kept = kept as? PatchActivations, let normal = kept.normal else {
            preconditionFailure("activations of another layer")
        }
        let (channels, outputs) = (kept.inputShape.channels, gradient.shape.channels)
        normSums(gradient, normal, into: gradients)
        parallelRanges(gradient.shape.positions, threads: threads, grain: 256) { range, _ in
            let rows = gradient.host + range.lowerBound * outputs
            for row in 0..<range.count {
                for c in 0..<outputs { rows[row * outputs + c] *= parameters.gamma.host[c] }
            }
            normaliseGradient(
                rows, normal: normal.host + range.lowerBound * outputs,
                inverse: kept.inverse.host + range.lowerBound, count: range.count, channels: outputs)
        }
        let (product, sum) = try sums(kept, gradient)
        addInPatchOrder(product, sum, channels: channels, taps: kept.side * kept.side, to: gradients)
    }

    /// Adds gradients of weights, outputs × taps × channels, and of biases to torchvision's.
    private func addInPatchOrder(
        _ weights: Tensor, _ bias: Tensor, channels: Int, taps: Int, to gradients: PatchTensors
    ) {
        addFromPatchOrder(weights, channels: channels, taps: taps, to: gradients.weights)
        let (values, out) = (bias.host, gradients.bias.host)
        for output in 0..<bias.shape.count { out[output] += values[output] }
    }

    /// The sums over positions: of products of the output's gradient with the patches, and of the gradient alone.
    private func sums(_ kept: PatchActivations, _ gradient: Tensor) throws(ComputeError) -> (Tensor, Tensor) {
        let (outputs, depth) = (gradient.shape.channels, kept.patches.shape.channels)
        let product = try makeTensor(Shape(rows: outputs, channels: depth))
        let sum = try zeros(Shape(channels: outputs))
        let left = RowsOfTensor(tensor: gradient, stride: outputs)
        addOuter(
            left, rows: outputs, RowsOfTensor(tensor: kept.patches, stride: depth), columns: depth,
            positions: gradient.shape.positions, to: product, begins: true)
        addRows(left, channels: outputs, positions: gradient.shape.positions, to: sum)
        return (product, sum)
    }

    /// The gradients of the stem's norm: plain sums over the positions.
    private func normSums(_ gradient: Tensor, _ normal: Tensor, into gradients: PatchTensors) {
        let channels = gradient.shape.channels
        let rows = RowsOfTensor(tensor: gradient, stride: channels)
        addRows(rows, channels: channels, positions: gradient.shape.positions, to: gradients.beta)
        kernels.table.pointee.add_products(
            gradient.host, normal.host, gradient.shape.positions, channels, gradients.gamma.host)
    }
}
