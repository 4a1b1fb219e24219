import CKernels
import MammoGraph

// MBConv in four phases: (1) the hidden map, from the input to the depthwise convolution's outputs and their sums, for some
// channels of some rows at a time, so that the expanded rows stay in a cache; (2) each image's means and the squeezing product;
// (3) its factors; (4) the projection, of rows times factors or by weights times factors, whichever are fewer.
extension CPUDevice {
    /// The whole block.
    ///
    /// - Parameters:
    ///   - input: N×H×W×C.
    ///   - block: The block's parameters.
    ///   - residual: Added to the last sums times their matrix's scale.
    /// - Returns: The output.
    /// - Throws: `ComputeError.outOfMemory`.
    func invertedBottleneck(
        _ input: Tensor, _ block: CPUInvertedBottleneck, residual: Tensor?
    ) throws(ComputeError) -> Tensor {
        let work = try BottleneckWork(input, block, residual, on: self)
        parallelPhases(
            [work.hiddenRows, work.squeezing, work.exciting, work.projection], threads: threads,
            scratch: scratch(work.scratch))
        return work.output
    }
}

/// The tensors of one pass, and the phases that fill them.
private struct BottleneckWork: Sendable {
    let device: CPUDevice
    let block: CPUInvertedBottleneck
    let (input, output, hidden): (Tensor, Tensor, Tensor)
    let residual: Tensor?
    /// N × steps × hidden: sums over the positions of some rows.
    let sums: Tensor
    /// N × squeezed and N × hidden.
    let (squeezed, factors): (Tensor, Tensor)
    /// For each image the projection's panels times its factors; nil where rows are multiplied by them.
    let panels: Tensor?
    let parts: BottleneckParts
    /// Positions of the projection that a thread takes at a time.
    let grain: Int

    init(
        _ input: Tensor, _ block: CPUInvertedBottleneck, _ residual: Tensor?, on device: CPUDevice
    ) throws(ComputeError) {
        let shape = block.extents.shape(of: input.shape.with(channels: block.hidden))
        let positions = shape.rows * shape.columns
        (self.device, self.block, self.input, self.residual) = (device, block, input, residual)
        output = try device.makeTensor(shape.with(channels: block.project.outputs))
        hidden = try device.makeTensor(shape)
        parts = BottleneckParts(block, input.shape)
        sums = try device.makeTensor(
            Shape(images: shape.images, rows: parts.bands * parts.steps, channels: block.hidden))
        squeezed = try device.makeTensor(Shape(images: shape.images, channels: block.squeeze.outputs))
        factors = try device.makeTensor(Shape(images: shape.images, channels: block.hidden))
        let isShort = block.project.outputs < positions
        panels =
            isShort
            ? try device.makeTensor(
                Shape(images: shape.images, rows: block.project.paddedOutputs, channels: block.hidden)) : nil
        grain = device.grain(rows: positions, floats: 2 * block.hidden + block.project.outputs)
    }

    /// Values of the expanded map that are held of a unit.
    private var heldOfUnit: Int { block.expand == nil ? 0 : parts.held * input.shape.columns * block.unit }

    /// Values that a thread needs in any of the phases.
    var scratch: Int {
        max(parts.together * heldOfUnit, block.hidden, panels == nil ? grain * device.scratchStride(block.hidden) : 0)
    }

    /// Phase 1.
    var hiddenRows: Phase {
        Phase(count: input.shape.images * parts.bands * parts.groups) { range, held in
            for task in range {
                let (part, group) = task.quotientAndRemainder(dividingBy: parts.groups)
                let (image, band) = part.quotientAndRemainder(dividingBy: parts.bands)
                let first = band * parts.rows
                let rows = first..<min(first + parts.rows, output.shape.rows)
                let units = group * parts.together..<min((group + 1) * parts.together, block.units)
                compute(units, image: image, rows, sums: (image * parts.bands + band) * parts.steps, held)
            }
        }
    }

    /// Some units of some of the output's rows; their sums from the place `sums` on, one for each step.
    private func compute(
        _ units: Range<Int>, image: Int, _ rows: Range<Int>, sums first: Int, _ held: UnsafeMutablePointer<Float>
    ) {
        let (extents, shape) = (block.extents, input.shape)
        var expanded = max(0, rows.lowerBound * extents.stride - extents.padding)
        for (step, start) in stride(from: rows.lowerBound, to: rows.upperBound, by: parts.step).enumerated() {
            let some = start..<min(start + parts.step, rows.upperBound)
            let end = min(shape.rows, (some.upperBound - 1) * extents.stride - extents.padding + extents.kernel)
            for (place, unit) in units.enumerated() {
                let channel = unit * block.unit
                let channels = channel..<min(channel + block.unit, block.hidden)
                let own = held + place * heldOfUnit
                expand(channels, image: image, expanded..<max(expanded, end), into: own)
                let total = sums.host + (first + step) * block.hidden + channel
                total.update(repeating: 0, count: channels.count)
                for row in some { convolve(channels, image: image, row: row, own, sums: total) }
            }
            expanded = max(expanded, end)
        }
    }

    /// Some channels of some rows of the expanded map, each row in its place among those that are held.
    private func expand(
        _ channels: Range<Int>, image: Int, _ rows: Range<Int>, into held: UnsafeMutablePointer<Float>
    ) {
        guard let (matrix, activation) = block.expand else { return }
        let shape = input.shape
        var row = rows.lowerBound
        while row < rows.upperBound {
            let place = row % parts.held
            let count = min(rows.upperBound - row, parts.held - place)
            var product = matrix.product(
                rows: input.host + (image * shape.rows + row) * shape.columns * shape.channels, stride: shape.channels,
                count: count * shape.columns, out: held + place * shape.columns * channels.count,
                outStride: channels.count)
            product.select(columns: channels, of: matrix)
            device.finish(&product, activation, nil)
            row += count
        }
    }

    /// Some channels of a row of the hidden map.
    private func convolve(
        _ channels: Range<Int>, image: Int, row: Int, _ held: UnsafeMutablePointer<Float>,
        sums: UnsafeMutablePointer<Float>
    ) {
        let (extents, shape, out) = (block.extents, input.shape, hidden.shape)
        let isHeld = block.expand != nil
        let whole = input.host + image * shape.rows * shape.columns * shape.channels
        var call = ckernels_depthwise(
            image: isHeld ? held : whole, rows: shape.rows, columns: shape.columns, channels: channels.count,
            held_rows: isHeld ? parts.held : 0, kernel: extents.kernel, stride: extents.stride,
            weights: block.taps.host + extents.kernel * extents.kernel * channels.lowerBound,
            bias: block.bias.host + channels.lowerBound, row: row, first_column: 0, count: out.columns,
            out: hidden.host + (image * out.rows + row) * out.columns * out.channels + channels.lowerBound,
            out_stride: out.channels, activation: block.activation.kernel, sums: sums)
        device.kernels.table.pointee.depthwise(&call)
    }

    /// Phase 2: each panel's thread makes the means for itself.
    var squeezing: Phase {
        let matrix = block.squeeze
        let panels = matrix.paddedOutputs / matrix.panelColumns
        return Phase(count: input.shape.images * panels) { range, means in
            for task in range {
                let (image, panel) = task.quotientAndRemainder(dividingBy: panels)
                average(image, into: means)
                let first = panel * matrix.panelColumns
                var product = matrix.product(
                    rows: means, stride: block.hidden, count: 1, out: squeezed.host + image * matrix.outputs + first,
                    outStride: matrix.outputs)
                product.select(columns: first..<min(first + matrix.panelColumns, matrix.outputs), of: matrix)
                device.finish(&product, block.squeezed, nil)
            }
        }
    }

    /// The mean of each channel of an image, from the sums of all steps in their order.
    private func average(_ image: Int, into means: UnsafeMutablePointer<Float>) {
        let positions = Double(hidden.shape.rows * hidden.shape.columns)
        let bands = parts.bands
        for channel in 0..<block.hidden {
            var sum = 0.0
            for band in 0..<bands {
                let rows = min(parts.rows, hidden.shape.rows - band * parts.rows)
                let first = (image * bands + band) * parts.steps
                for step in first..<first + (rows + parts.step - 1) / parts.step {
                    sum += Double(sums.host[step * block.hidden + channel])
                }
            }
            means[channel] = Float(sum / positions)
        }
    }

    /// Phase 3.
    var exciting: Phase {
        let (matrix, unit) = (block.excite, block.channelsOfUnit)
        let units = (block.hidden + unit - 1) / unit
        return Phase(count: input.shape.images * units, grain: 4) { range, _ in
            for task in range {
                let (image, place) = task.quotientAndRemainder(dividingBy: units)
                let channels = place * unit..<min((place + 1) * unit, block.hidden)
                let out = factors.host + image * block.hidden + channels.lowerBound
                var product = matrix.product(
                    rows: squeezed.host + image * matrix.inputs, stride: matrix.inputs, count: 1, out: out,
                    outStride: block.hidden)
                product.select(columns: channels, of: matrix)
                device.finish(&product, nil, nil)
                var call = ckernels_row_affine(
                    rows: out, row_stride: 0, row_count: 1, channels: channels.count, scale: nil, shift: nil,
                    activation: ckernels_activation_sigmoid, residual: nil, residual_stride: 0, out: out, out_stride: 0)
                device.kernels.table.pointee.affine(&call)
                if let panels { scale(channels, by: out, image: image, into: panels) }
            }
        }
    }

    /// The projection's weights for some hidden channels times an image's factors.
    private func scale(_ channels: Range<Int>, by factors: UnsafePointer<Float>, image: Int, into panels: Tensor) {
        let matrix = block.project
        for panel in 0..<matrix.paddedOutputs / matrix.panelColumns {
            let place = panel * matrix.panelStride + channels.lowerBound * matrix.panelColumns
            var call = ckernels_packing(
                weights: matrix.panels + place, row_stride: matrix.panelColumns, inputs: channels.count,
                columns: matrix.panelColumns, scale: nil, shift: nil, bias: nil, row_scale: factors, factor: 1,
                panel: panels.host + image * matrix.paddedOutputs * matrix.inputs + place)
            device.kernels.table.pointee.pack_rows(&call)
        }
    }

    /// Phase 4.
    var projection: Phase {
        let (matrix, positions) = (block.project, hidden.shape.rows * hidden.shape.columns)
        let blocks = (positions + grain - 1) / grain
        return Phase(count: input.shape.images * blocks) { range, scratch in
            for task in range {
                let (image, part) = task.quotientAndRemainder(dividingBy: blocks)
                let count = min(grain, positions - part * grain)
                let place = image * positions + part * grain
                let rows = hidden.host + place * block.hidden
                var product = matrix.product(
                    rows: rows, stride: block.hidden, count: count, out: output.host + place * matrix.outputs,
                    outStride: matrix.outputs)
                if let panels {
                    product.panels = UnsafePointer(panels.host + image * matrix.paddedOutputs * matrix.inputs)
                } else {
                    let stride = device.scratchStride(block.hidden)
                    var call = ckernels_row_affine(
                        rows: rows, row_stride: block.hidden, row_count: count, channels: block.hidden,
                        scale: factors.host + image * block.hidden, shift: nil, activation: ckernels_activation_none,
                        residual: nil, residual_stride: 0, out: scratch, out_stride: stride)
                    device.kernels.table.pointee.affine(&call)
                    (product.rows, product.row_stride) = (UnsafePointer(scratch), stride)
                }
                device.finish(&product, nil, residual.map { $0.host + place * matrix.outputs })
            }
        }
    }
}
