import CKernels

// A block backward. With d̂ the normalised rows, h the hidden rows before GELU, f the branch's factor and ȳ the gradient of
// the output:
//
//     h̄ = (ȳ · (f s W₂)) GELU'(h)          the gradient of the hidden rows
//     d̂' = h̄ · (W₁ γ)                      of the normalised rows; through the norm it becomes that of the convolution
//     x̄ = ȳ + flipped convolution of that
//
// and with G = ȳᵀ GELU(h), M = h̄ᵀ d̂ and the column sums Ȳ of ȳ and H̄ of h̄, the gradients of the parameters are small sums
// over matrices, and none over positions beside the four:
//
//     W̄₂ = f s G       b̄₂ = f s Ȳ        s̄ = f (Σₖ W₂ G + b₂ Ȳ)
//     W̄₁ = γ M + β H̄   b̄₁ = H̄            γ̄ = Σₖ W₁ M          β̄ = Σₖ W₁ H̄
extension CPUDevice {
    /// Hidden values that are held at a time, of GELU and of the gradient each.
    static let heldHiddenValues = 1 << 20

    /// See `TrainingDevice`.
    public func blockGradient(
        _ kept: any Activations, _ parameters: BlockTensors, _ gradient: Tensor, into gradients: BlockTensors,
        needsInput: Bool
    ) throws(ComputeError) {
        guard let kept = kept as? BlockActivations else { preconditionFailure("activations of another layer") }
        let channels = kept.input.shape.channels
        let sums = try BlockSums(channels: channels, for: self)
        let work = try BlockWork(kept, gradient, parameters, sums, for: self)
        for stretch in Stretch.all(of: kept.branch, kept.input.shape) {
            for start in stride(from: 0, to: stretch.count, by: work.held) {
                let count = min(work.held, stretch.count - start)
                hiddenGradients(work, batch: stretch.batch + start, kept: stretch.kept + start, count: count)
                addSums(work, batch: stretch.batch + start, kept: stretch.kept + start, count: count)
            }
        }
        finish(sums, parameters, kept.branch.factor, into: gradients)
        try convolutionGradient(
            of: kept, work.normalGradient, parameters, gradient, into: gradients, needsInput: needsInput)
    }

    /// The gradients of some positions' hidden and normalised rows.
    private func hiddenGradients(_ work: BlockWork, batch: Int, kept place: Int, count: Int) {
        let channels = work.channels
        let grain = grain(rows: count, floats: 2 * hiddenAtATime + 2 * channels)
        parallelRanges(count, threads: threads, grain: grain) { range, _ in
            let (first, rows) = (range.lowerBound, range.count)
            let normalGradient = work.normalGradient.host + (place + first) * channels
            for block in stride(from: 0, to: 4 * channels, by: hiddenAtATime) {
                let columns = block..<min(block + hiddenAtATime, 4 * channels)
                let hiddenGradient = work.hiddenGradient.host + first * work.hiddenStride + block
                var up = work.contract.product(
                    rows: work.gradient.host + (batch + first) * channels, stride: channels, count: rows,
                    out: hiddenGradient, outStride: work.hiddenStride)
                up.select(columns: columns, of: work.contract)
                up.finish = ckernels_gelu_slope
                up.residual = UnsafePointer(work.activations.hidden.host + (place + first) * 4 * channels + block)
                up.residual_stride = 4 * channels
                let panel = block / work.contract.panelColumns * work.held
                up.kept = work.activated.host + (panel + first) * work.contract.panelColumns
                up.kept_stride = work.contract.panelColumns
                up.kept_panel_stride = work.held * work.contract.panelColumns
                kernels.table.pointee.product(&up)

                var down = work.expand.product(
                    rows: hiddenGradient, stride: work.hiddenStride, count: rows, out: normalGradient,
                    outStride: channels)
                down.select(depth: columns, of: work.expand)
                kernels.table.pointee.product(&down)
            }
            normaliseGradient(
                normalGradient, normal: work.activations.normal.host + (place + first) * channels,
                inverse: work.activations.inverse.host + place + first, count: rows, channels: channels)
        }
    }

    /// The same positions' part of the sums over positions.
    private func addSums(_ work: BlockWork, batch: Int, kept place: Int, count: Int) {
        let channels = work.channels
        let output = RowsOfTensor(tensor: work.gradient, offset: batch * channels, stride: channels)
        let hidden = RowsOfTensor(tensor: work.hiddenGradient, stride: work.hiddenStride)
        let normal = RowsOfTensor(tensor: work.activations.normal, offset: place * channels, stride: channels)
        addOuter(
            output, rows: channels, panels: work.activated, panelPositions: work.held, columns: 4 * channels,
            positions: count, to: work.sums.contract)
        addOuter(hidden, rows: 4 * channels, normal, columns: channels, positions: count, to: work.sums.expand)
        addRows(output, channels: channels, positions: count, to: work.sums.output)
        addRows(hidden, channels: 4 * channels, positions: count, to: work.sums.hidden)
    }

    /// From the sums to the parameters' gradients.
    private func finish(_ sums: BlockSums, _ p: BlockTensors, _ factor: Float, into g: BlockTensors) {
        let channels = p.scale.shape.count
        parallelRanges(channels, threads: threads, grain: 16) { range, _ in
            for c in range {
                let (row, total) = (4 * channels * c, sums.output.host[c])
                let share = kernels.table.pointee.add_scaled(
                    sums.contract.host + row, 4 * channels, p.scale.host[c] * factor, p.contract.host + row,
                    g.contract.host + row)
                g.contractBias.host[c] += p.scale.host[c] * factor * total
                g.scale.host[c] += factor * (share + p.contractBias.host[c] * total)
            }
        }
        addNormalised(
            sums.expand, totals: sums.hidden, p.expand, outputs: 4 * channels, gamma: p.gamma,
            beta: p.beta, to: g.expand, gamma: g.gamma, beta: g.beta)
        for k in 0..<4 * channels { g.expandBias.host[k] += sums.hidden.host[k] }
    }

    /// Makes gradients of normalised rows those of the rows before, in place.
    func normaliseGradient(
        _ gradient: UnsafeMutablePointer<Float>, normal: UnsafePointer<Float>, inverse: UnsafePointer<Float>,
        count: Int, channels: Int
    ) {
        var call = ckernels_layer_norm_gradient(
            normal: normal, normal_stride: channels, inverse: inverse, row_count: count, channels: channels,
            gradient: gradient, gradient_stride: channels)
        kernels.table.pointee.layer_norm_gradient(&call)
    }
}

/// The four sums over positions of a block's gradient.
private struct BlockSums {
    /// C × 4C: of the output's gradient with GELU.
    let contract: Tensor
    /// 4C × C: of the hidden gradient with the normalised rows.
    let expand: Tensor
    /// C: of the output's gradient.
    let output: Tensor
    /// 4C: of the hidden gradient.
    let hidden: Tensor

    init(channels: Int, for device: CPUDevice) throws(ComputeError) {
        contract = try device.zeros(Shape(rows: channels, channels: 4 * channels))
        expand = try device.zeros(Shape(rows: 4 * channels, channels: channels))
        output = try device.zeros(Shape(channels: channels))
        hidden = try device.zeros(Shape(channels: 4 * channels))
    }
}

/// What the gradient of one block works on.
private struct BlockWork {
    let activations: BlockActivations
    let gradient: Tensor
    let sums: BlockSums
    let channels: Int
    /// Positions whose hidden rows are held at a time.
    let held: Int
    /// Values from one hidden row to the next.
    let hiddenStride: Int
    /// From the output's gradient to the hidden rows', and from there to the normalised rows'.
    let (contract, expand): (PackedMatrix, PackedMatrix)
    /// held × 4C in panels: GELU of the hidden rows.
    let activated: Tensor
    /// held rows of 4C: the gradient before GELU.
    let hiddenGradient: Tensor
    /// All of the branch's rows of C.
    let normalGradient: Tensor

    init(
        _ activations: BlockActivations, _ gradient: Tensor, _ parameters: BlockTensors, _ sums: BlockSums,
        for device: CPUDevice
    ) throws(ComputeError) {
        self.activations = activations
        self.gradient = gradient
        self.sums = sums
        channels = activations.input.shape.channels
        held = max(256, CPUDevice.heldHiddenValues / (4 * channels))
        hiddenStride = device.scratchStride(4 * channels)
        contract = try PackedMatrix.backward(
            parameters.contract, inputs: 4 * channels, outputs: channels, outputScale: parameters.scale,
            factor: activations.branch.factor, for: device)
        expand = try PackedMatrix.backward(
            parameters.expand, inputs: channels, outputs: 4 * channels, inputScale: parameters.gamma, for: device)
        activated = try device.makeTensor(Shape(rows: held, channels: contract.paddedOutputs))
        hiddenGradient = try device.makeTensor(Shape(rows: held, channels: hiddenStride))
        normalGradient = try device.makeTensor(activations.normal.shape)
    }
}
