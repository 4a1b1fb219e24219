import CKernels

/// What a block keeps for its gradient.
final class BlockActivations: Activations {
    let input: Tensor
    let branch: Branch
    /// The normalised rows before the norm's own scale and shift, of the branch's images.
    let normal: Tensor
    /// One over each row's deviation.
    let inverse: Tensor
    /// The hidden rows before GELU.
    let hidden: Tensor

    init(_ input: Tensor, _ branch: Branch, _ device: CPUDevice) throws(ComputeError) {
        self.input = input
        self.branch = branch
        var shape = input.shape
        shape.images = branch.images.count
        normal = try device.makeTensor(shape)
        inverse = try device.makeTensor(shape.with(channels: 1))
        hidden = try device.makeTensor(shape.with(channels: 4 * shape.channels))
    }
}

/// Neighbouring images that go through a branch, in positions.
struct Stretch {
    /// Where they begin in the batch.
    let batch: Int
    /// Where they begin in what is kept of the branch's images.
    let kept: Int
    /// How many positions they have.
    let count: Int

    static func all(of branch: Branch, _ shape: Shape) -> [Stretch] {
        let positions = shape.rows * shape.columns
        var kept = 0
        return branch.stretches.map { images in
            defer { kept += images.count * positions }
            return Stretch(batch: images.lowerBound * positions, kept: kept, count: images.count * positions)
        }
    }
}

// A block forward, in the same way as for prediction, but for what is kept.
extension CPUDevice {
    /// Everything for some hundred positions before the next ones are begun.
    package func trainBlock(
        _ input: Tensor, _ p: BlockTensors, _ branch: Branch, keeps: Bool
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        let channels = input.shape.channels
        let stretches = Stretch.all(of: branch, input.shape)
        let kept = keeps ? try BlockActivations(input, branch, self) : nil
        let output = try makeTensor(input.shape)
        copyImages(from: input, to: output, without: branch)
        let depthwise = try taps(p.depthwise, bias: p.depthwiseBias)
        let expand = try PackedMatrix.forward(
            p.expand, inputs: channels, outputs: 4 * channels, bias: p.expandBias, scale: p.gamma, shift: p.beta,
            for: self)
        let contract = try PackedMatrix.forward(
            p.contract, inputs: 4 * channels, outputs: channels, bias: p.contractBias, finishScale: p.scale,
            factor: branch.factor, for: self)
        let hidden = min(hiddenAtATime, 4 * channels)
        let hiddenStride = scratchStride(hidden)
        for stretch in stretches {
            let grain = grain(rows: stretch.count, floats: hiddenStride + 2 * channels)
            parallelRanges(
                stretch.count, threads: threads, grain: grain, scratch: scratch(grain * (hiddenStride + channels + 1))
            ) { range, scratch in
                let (place, position) = (stretch.kept + range.lowerBound, stretch.batch + range.lowerBound)
                let rows = kept.map { $0.normal.host + place * channels } ?? scratch + grain * hiddenStride
                let inverse = kept.map { $0.inverse.host + place } ?? scratch + grain * (hiddenStride + channels)
                convolve(input, depthwise, position..<position + range.count, rows, stride: channels)
                normalise(rows, inverse: inverse, count: range.count, channels: channels)
                for block in stride(from: 0, to: 4 * channels, by: hidden) {
                    let columns = block..<min(block + hidden, 4 * channels)
                    var up = expand.product(
                        rows: rows, stride: channels, count: range.count, out: scratch, outStride: hiddenStride)
                    up.select(columns: columns, of: expand)
                    up.finish = ckernels_gelu
                    if let kept {
                        up.kept = kept.hidden.host + place * 4 * channels + block
                        up.kept_stride = 4 * channels
                        up.kept_panel_stride = expand.panelColumns
                    }
                    kernels.table.pointee.product(&up)

                    var down = contract.product(
                        rows: scratch, stride: hiddenStride, count: range.count,
                        out: output.host + position * channels, outStride: channels)
                    down.select(depth: columns, of: contract)
                    if columns.upperBound == 4 * channels {
                        down.finish = ckernels_add_residual
                        down.residual = UnsafePointer(input.host + position * channels)
                    }
                    kernels.table.pointee.product(&down)
                }
            }
        }
        return (output, kept)
    }

    /// Copies the images that do not go through a branch.
    private func copyImages(from input: Tensor, to output: Tensor, without branch: Branch) {
        let count = input.shape.count / max(1, input.shape.images)
        for image in Set(0..<input.shape.images).subtracting(branch.images) {
            (output.host + image * count).update(from: input.host + image * count, count: count)
        }
    }

    /// The taps of torchvision's layout, C rows of side², as the kernels read them: side² rows of C.
    func taps(
        _ weights: Tensor, bias: Tensor?, side: Int = 7, flipped: Bool = false
    ) throws(ComputeError) -> Depthwise {
        let count = side * side
        let channels = weights.shape.count / count
        let taps = try makeTensor(Shape(rows: side, columns: side, channels: channels))
        let (values, out) = (weights.host, taps.host)
        for tap in 0..<count {
            let source = flipped ? count - 1 - tap : tap
            for channel in 0..<channels { out[tap * channels + channel] = values[channel * count + source] }
        }
        let added = if let bias { bias } else { try zeros(Shape(channels: channels)) }
        return Depthwise(weights: taps, bias: added)
    }

    /// Normalises rows in place, without a scale or a shift.
    func normalise(
        _ rows: UnsafeMutablePointer<Float>, inverse: UnsafeMutablePointer<Float>, count: Int, channels: Int
    ) {
        var call = ckernels_layer_norm(
            rows: rows, row_stride: channels, row_count: count, channels: channels, gamma: nil, beta: nil,
            epsilon: Structure.layerNormEpsilon, out: rows, out_stride: channels, inverse: inverse)
        kernels.table.pointee.layer_norm(&call)
    }
}

extension ckernels_product {
    /// Some of the columns: whole panels.
    mutating func select(columns: Range<Int>, of matrix: PackedMatrix) {
        panels = UnsafePointer(matrix.panels + columns.lowerBound / matrix.panelColumns * matrix.panelStride)
        bias = UnsafePointer(matrix.bias + columns.lowerBound)
        scale = UnsafePointer(matrix.scale + columns.lowerBound)
        self.columns = columns.count
    }

    /// Some of the depth: after the first, sums go on from what `out` holds.
    mutating func select(depth: Range<Int>, of matrix: PackedMatrix) {
        panels = UnsafePointer(matrix.panels + depth.lowerBound * matrix.panelColumns)
        self.depth = depth.count
        if depth.lowerBound > 0 { bias = nil }
    }
}
