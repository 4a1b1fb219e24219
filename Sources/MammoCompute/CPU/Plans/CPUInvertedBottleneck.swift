import CKernels
import MammoGraph

/// MBConv for prediction: expansion, depthwise convolution, squeeze-and-excitation and projection, whose hidden map goes through
/// memory once, after the depthwise convolution.
struct CPUInvertedBottleneck: Sendable {
    /// The product of 1×1 before the depthwise convolution, with its activation; nil where there is none.
    let expand: (matrix: PackedMatrix, activation: Activation?)?
    /// The depthwise convolution.
    let extents: Convolution
    /// Of its sums.
    let activation: Activation?
    /// For each unit its taps × channels, one unit after another; the bias.
    let taps: Tensor
    let bias: Tensor
    /// From an image's means to its factors: two products, with an activation after the first and the sigmoid after the second.
    let squeeze: PackedMatrix
    let squeezed: Activation?
    let excite: PackedMatrix
    /// The product of 1×1 at the end.
    let project: PackedMatrix

    /// Hidden channels that are computed at a time: whole panels of the kernels' products.
    let channelsOfUnit: Int

    /// Hidden channels.
    var hidden: Int { extents.outputs }
    /// Channels of a unit; the last may have fewer. Without an expansion the map is not ours to divide.
    var unit: Int { expand == nil ? hidden : channelsOfUnit }
    var units: Int { (hidden + unit - 1) / unit }

    /// A segment's layers, where they are these; nil where they are others.
    ///
    /// - Parameters:
    ///   - layers: All layers of a segment.
    ///   - scale: What the last sums are multiplied by before a residual is added; nil: no residual is added by the last product.
    ///   - device: Whose kernels compute it.
    /// - Throws: `ComputeError`.
    init?(_ layers: [FoldedLayer], scale: [Float]?, on device: CPUDevice) throws(ComputeError) {
        var rest = layers[...]
        var first: FoldedConvolution?
        if case .convolution(let convolution) = rest.first, convolution.extents.isPointwise {
            first = convolution
            rest.removeFirst()
        }
        guard rest.count == 3, case .convolution(let depthwise) = rest.removeFirst(),
            depthwise.extents.isDepthwise, device.refusal(of: depthwise.extents) == nil, depthwise.activation != .gelu,
            case .gate(let gate) = rest.removeFirst(), gate.count == 4,
            case .mean = gate[0], case .convolution(let squeeze) = gate[1], case .convolution(let excite) = gate[2],
            case .activation(.sigmoid) = gate[3], case .convolution(let project) = rest.removeFirst(),
            squeeze.extents.isPointwise, excite.extents.isPointwise, excite.activation == nil,
            project.extents.isPointwise, project.activation == nil
        else { return nil }
        extents = depthwise.extents
        activation = depthwise.activation
        var expand: (PackedMatrix, Activation?)?
        if let first { expand = (try device.packed(first, scale: nil), first.activation) }
        self.expand = expand
        let (hidden, count) = (depthwise.extents.outputs, depthwise.extents.kernel * depthwise.extents.kernel)
        channelsOfUnit = max(32, device.kernels.table.pointee.panel_columns)
        let unit = first == nil ? hidden : channelsOfUnit
        var values: [Float] = []
        for channel in stride(from: 0, to: hidden, by: unit) {
            let own = min(unit, hidden - channel)
            values += Array(depthwise.weights[channel * count..<(channel + own) * count])
                .transposed(matrices: 1, rows: own, columns: count)
        }
        taps = try device.vector(values)
        bias = try device.vector(depthwise.bias)
        self.squeeze = try device.packed(squeeze, scale: nil)
        squeezed = squeeze.activation
        self.excite = try device.packed(excite, scale: nil)
        self.project = try device.packed(project, scale: scale)
    }
}

/// How an inverted bottleneck's hidden map is divided among threads: by the shapes alone, so that the sums over its positions
/// have one order.
struct BottleneckParts {
    /// Rows of the output that a part has at most, and how many such parts an image has.
    let rows: Int
    let bands: Int
    /// Units that are computed together, and how many such groups there are.
    let together: Int
    let groups: Int
    /// Rows of the output that are computed at a time.
    let step: Int
    /// How often that is in a part, at most.
    let steps: Int
    /// Rows of the expanded map that are held.
    let held: Int

    /// Values of the expanded map that stay in a thread's second level cache.
    private static let mostValues = 96 << 10
    /// Positions of an expansion's product.
    private static let positionsOfProduct = 112
    /// Tasks that suffice for the threads of a processor.
    private static let wantedTasks = 32
    /// Rows of the input that a part has at least: at its edges some are expanded twice.
    private static let leastRows = 32

    init(_ block: CPUInvertedBottleneck, _ input: Shape) {
        let output = block.extents.shape(of: input)
        let (stride, kernel) = (block.extents.stride, block.extents.kernel)
        step = max(1, min(Self.positionsOfProduct / max(stride * input.columns, 1), output.rows))
        held = (step - 1) * stride + kernel
        // As few groups as the cache allows, since each reads the whole input; then bands, then smaller groups, until there are
        // enough tasks.
        let fitting = max(1, min(block.units, Self.mostValues / max(held * input.columns * block.unit, 1)))
        let fewest = (block.units + fitting - 1) / fitting
        let most = max(1, min(output.rows * stride / Self.leastRows, (Self.wantedTasks + fewest - 1) / fewest))
        rows = (output.rows + most - 1) / most
        bands = (output.rows + rows - 1) / max(rows, 1)
        let wanted = min(block.units, max(fewest, (Self.wantedTasks + bands - 1) / max(bands, 1)))
        together = (block.units + wanted - 1) / wanted
        groups = (block.units + together - 1) / together
        steps = (rows + step - 1) / step
    }
}
