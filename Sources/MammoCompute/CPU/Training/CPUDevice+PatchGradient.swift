import CKernels

// Convolutions of patches backward; the norm's own parameters as for a block (see CPUDevice+BlockGradient).
extension CPUDevice {
    /// See `TrainingDevice`.
    public func downsampleGradient(
        _ kept: any Activations, _ parameters: PatchTensors, _ gradient: Tensor, into gradients: PatchTensors
    ) throws(ComputeError) -> Tensor {
        guard let kept = kept as? PatchActivations else { preconditionFailure("activations of another layer") }
        let (channels, outputs) = (kept.inputShape.channels, gradient.shape.channels)
        let depth = kept.side * kept.side * channels
        let weights = try inPatchOrder(parameters.weights, channels: channels, side: kept.side)
        let matrix = try PackedMatrix.backward(
            weights, inputs: depth, outputs: outputs, inputScale: parameters.gamma, for: self)
        let input = try zeros(kept.inputShape)
        let grain = grain(rows: gradient.shape.positions, floats: 2 * depth + outputs)
        parallelRanges(gradient.shape.positions, threads: threads, grain: grain, scratch: grain * depth) {
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
        for o in 0..<outputs {
            let (w, m, out) = (weights.host + o * depth, product.host + o * depth, gradients.weights.host + o * depth)
            let total = sum.host[o]
            for tap in 0..<depth / channels {
                for c in 0..<channels {
                    let place = tap * channels + c
                    let scaled = parameters.gamma.host[c] * m[place] + parameters.beta.host[c] * total
                    out[c * depth / channels + tap] += scaled
                    gradients.gamma.host[c] += w[place] * m[place]
                    gradients.beta.host[c] += w[place] * total
                }
            }
            gradients.bias.host[o] += total
        }
        return input
    }

    /// See `TrainingDevice`.
    public func stemGradient(
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
        let taps = kept.side * kept.side
        for o in 0..<outputs {
            for c in 0..<channels {
                for tap in 0..<taps {
                    gradients.weights.host[(o * channels + c) * taps + tap] +=
                        product.host[(o * taps + tap) * channels + c]
                }
            }
            gradients.bias.host[o] += sum.host[o]
        }
    }

    /// The sums over positions: of products of the output's gradient with the patches, and of the gradient alone.
    private func sums(_ kept: PatchActivations, _ gradient: Tensor) throws(ComputeError) -> (Tensor, Tensor) {
        let (outputs, depth) = (gradient.shape.channels, kept.patches.shape.channels)
        let product = try zeros(Shape(rows: outputs, channels: depth))
        let sum = try zeros(Shape(channels: outputs))
        let left = RowsOfTensor(tensor: gradient, stride: outputs)
        addOuter(
            left, rows: outputs, RowsOfTensor(tensor: kept.patches, stride: depth), columns: depth,
            positions: gradient.shape.positions, to: product)
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
