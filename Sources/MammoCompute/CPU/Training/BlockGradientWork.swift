import CKernels

/// The four sums over positions of a block's gradient.
struct BlockSums: Sendable {
    /// C × 4C: of the output's gradient with GELU.
    let contract: Tensor
    /// 4C × C: of the hidden gradient with the normalised rows.
    let expand: Tensor
    /// C: of the output's gradient.
    let output: Tensor
    /// 4C: of the hidden gradient.
    let hidden: Tensor

    /// The matrices are begun by the first piece, the columns' sums at zero.
    init(channels: Int, for device: CPUDevice) throws(ComputeError) {
        contract = try device.makeTensor(Shape(rows: channels, channels: 4 * channels))
        expand = try device.makeTensor(Shape(rows: 4 * channels, channels: channels))
        output = try device.zeros(Shape(channels: channels))
        hidden = try device.zeros(Shape(channels: 4 * channels))
    }

    var all: [Tensor] { [contract, expand, output, hidden] }
}

/// What goes over positions in a block's gradient: hidden rows, normalised rows, and the sums.
///
/// Positions are taken in pieces, so that what is made of one is still in the second level cache when it is summed up. Where
/// the sums are small, neighbouring pieces make parts, each with sums of its own and one thread; where they are large there
/// is one part, and all threads work on each piece. Which it is depends on the shape alone.
struct BlockGradientWork: Sendable {
    /// What is of a part alone.
    struct Part: Sendable {
        let pieces: ArraySlice<Stretch>
        let sums: BlockSums
        /// A piece's positions × 4C in panels: GELU of the hidden rows.
        let activated: Tensor
        /// A piece's rows of 4C: the gradient before GELU.
        let hiddenGradient: Tensor
    }

    private let activations: BlockActivations
    private let gradient: Tensor
    private let channels: Int
    /// Positions of a piece.
    private let held: Int
    /// Values from one hidden row to the next.
    private let hiddenStride: Int
    /// From the output's gradient to the hidden rows', and from there to the normalised rows'.
    private let (contract, expand): (PackedMatrix, PackedMatrix)
    /// All of the branch's rows of C: the gradient of the convolution's output.
    let normalGradient: Tensor
    let parts: [Part]

    /// Values that the sums of all parts may have.
    private static let valuesOfParts = 5 << 19
    /// Parts that are worth it: fewer would leave threads without work.
    private static let fewestParts = 8
    /// Hidden values of a piece that one thread works on, and that all work on.
    private static let (valuesOfThread, valuesOfAll) = (1 << 16, 1 << 20)

    init(
        _ activations: BlockActivations, _ gradient: Tensor, _ parameters: BlockTensors, for device: CPUDevice
    ) throws(ComputeError) {
        self.activations = activations
        self.gradient = gradient
        let channels = activations.input.shape.channels
        self.channels = channels
        var count = 1
        while 2 * count * 8 * channels * channels <= Self.valuesOfParts { count *= 2 }
        if count < Self.fewestParts { count = 1 }
        let held = max(128, (count > 1 ? Self.valuesOfThread : Self.valuesOfAll) / (4 * channels))
        self.held = held
        hiddenStride = device.scratchStride(4 * channels)
        contract = try PackedMatrix.backward(
            parameters.contract, inputs: 4 * channels, outputs: channels, outputScale: parameters.scale,
            factor: activations.branch.factor, for: device)
        expand = try PackedMatrix.backward(
            parameters.expand, inputs: channels, outputs: 4 * channels, inputScale: parameters.gamma, for: device)
        normalGradient = try device.makeTensor(activations.normal.shape)

        let pieces = Stretch.all(of: activations.branch, activations.input.shape).flatMap { stretch in
            stride(from: 0, to: stretch.count, by: held).map {
                Stretch(batch: stretch.batch + $0, kept: stretch.kept + $0, count: min(held, stretch.count - $0))
            }
        }
        count = max(1, min(count, pieces.count))
        var parts: [Part] = []
        for part in 0..<count {
            parts.append(
                Part(
                    pieces: pieces[part * pieces.count / count..<(part + 1) * pieces.count / count],
                    sums: try BlockSums(channels: channels, for: device),
                    activated: try device.makeTensor(Shape(rows: held, channels: contract.paddedOutputs)),
                    hiddenGradient: try device.makeTensor(Shape(rows: held, channels: hiddenStride))))
        }
        self.parts = parts
    }

    /// Works a part through.
    func run(_ number: Int, on device: CPUDevice) {
        let part = parts[number]
        for (number, piece) in part.pieces.enumerated() {
            hiddenGradients(piece, part, on: device)
            addSums(piece, part, begins: number == 0, on: device)
        }
        // No image goes through the branch.
        if part.pieces.isEmpty { device.clear(part.sums.all) }
    }

    /// The gradients of some positions' hidden and normalised rows.
    private func hiddenGradients(_ piece: Stretch, _ part: Part, on device: CPUDevice) {
        let kernels = device.kernels
        let grain = device.grain(rows: piece.count, floats: 2 * hiddenAtATime + 2 * channels)
        parallelRanges(piece.count, threads: device.threads, grain: grain) { range, _ in
            let (first, rows, place) = (range.lowerBound, range.count, piece.kept + range.lowerBound)
            let normalGradient = normalGradient.host + place * channels
            for block in stride(from: 0, to: 4 * channels, by: hiddenAtATime) {
                let columns = block..<min(block + hiddenAtATime, 4 * channels)
                let hiddenGradient = part.hiddenGradient.host + first * hiddenStride + block
                var up = contract.product(
                    rows: gradient.host + (piece.batch + first) * channels, stride: channels, count: rows,
                    out: hiddenGradient, outStride: hiddenStride)
                up.select(columns: columns, of: contract)
                up.finish = ckernels_gelu_slope
                up.residual = UnsafePointer(activations.hidden.host + place * 4 * channels + block)
                up.residual_stride = 4 * channels
                let panel = block / contract.panelColumns * held
                up.kept = part.activated.host + (panel + first) * contract.panelColumns
                up.kept_stride = contract.panelColumns
                up.kept_panel_stride = held * contract.panelColumns
                kernels.table.pointee.product(&up)

                var down = expand.product(
                    rows: hiddenGradient, stride: hiddenStride, count: rows, out: normalGradient, outStride: channels)
                down.select(depth: columns, of: expand)
                kernels.table.pointee.product(&down)
            }
            device.normaliseGradient(
                normalGradient, normal: activations.normal.host + place * channels,
                inverse: activations.inverse.host + place, count: rows, channels: channels)
        }
    }

    /// The same positions' part of the sums.
    private func addSums(_ piece: Stretch, _ part: Part, begins: Bool, on device: CPUDevice) {
        let output = RowsOfTensor(tensor: gradient, offset: piece.batch * channels, stride: channels)
        let hidden = RowsOfTensor(tensor: part.hiddenGradient, stride: hiddenStride)
        let normal = RowsOfTensor(tensor: activations.normal, offset: piece.kept * channels, stride: channels)
        device.addOuter(
            output, rows: channels, panels: part.activated, panelPositions: held, columns: 4 * channels,
            positions: piece.count, to: part.sums.contract, begins: begins)
        device.addOuter(
            hidden, rows: 4 * channels, normal, columns: channels, positions: piece.count, to: part.sums.expand,
            begins: begins)
        device.addRows(output, channels: channels, positions: piece.count, to: part.sums.output)
        device.addRows(hidden, channels: 4 * channels, positions: piece.count, to: part.sums.hidden)
    }
}

extension CPUDevice {
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
