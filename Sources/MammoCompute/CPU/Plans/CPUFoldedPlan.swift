import CKernels
import MammoGraph

/// A segment for prediction, one operation after another: any layers, each with the kernel that it has.
struct CPUFoldedPlan: InferencePlan {
    /// One operation.
    indirect enum Step {
        /// A dense convolution as products of rows.
        case dense(PackedMatrix, Convolution, Activation?)
        /// A convolution of each channel by itself.
        case depthwise(Depthwise, Convolution, Activation?)
        /// A product of rows whose channels are multiplied by an image's own factors first.
        case gatedProduct(gate: [Step], weights: Tensor, bias: Tensor, scale: Tensor?, Convolution)
        /// The factors applied by themselves.
        case gate([Step])
        /// A layer norm.
        case norm(LayerNorm)
        /// An activation by itself.
        case activation(Activation)
        /// The mean over an image's positions.
        case mean
    }

    private let device: CPUDevice
    private let steps: [Step]
    /// What the branch is multiplied by before the input is added; nil: nothing is added.
    private let scale: Tensor?
    /// Whether that is 1.
    private let hasUnitScale: Bool

    /// Packs a segment's values.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries, in their order.
    ///   - device: Whose kernels compute it.
    /// - Throws: `ComputeError`.
    init(_ segment: Segment, _ values: [[Float]], on device: CPUDevice) throws(ComputeError) {
        self.device = device
        let layers: [FoldedLayer]
        do throws(FoldingError) {
            layers = try FoldedLayer.folded(segment, values)
        } catch {
            throw .unavailable("\(error)")
        }
        var scale: [Float]?
        if segment.isResidual {
            scale = segment.scale != nil ? values[0] : [Float](repeating: 1, count: Self.outputs(of: layers))
        }
        steps = try Self.steps(layers, of: segment.name, scale: scale, on: device)
        hasUnitScale = segment.isResidual && segment.scale == nil
        self.scale = try scale.map { scale throws(ComputeError) in try device.vector(scale) }
    }

    private static func outputs(of layers: [FoldedLayer]) -> Int {
        for layer in layers.reversed() {
            if case .convolution(let convolution) = layer { return convolution.extents.outputs }
        }
        return 0
    }

    private static func steps(
        _ layers: [FoldedLayer], of name: String, scale: [Float]?, on device: CPUDevice
    ) throws(ComputeError) -> [Step] {
        var steps: [Step] = []
        for (place, layer) in layers.enumerated() {
            switch layer {
            case .layerNorm(let gamma, let beta, let epsilon):
                guard epsilon == Structure.layerNormEpsilon else {
                    throw .unavailable("\(name): a layer norm with an epsilon of \(epsilon)")
                }
                steps.append(.norm(try device.norm(gamma, beta)))
            case .activation(let activation): steps.append(.activation(activation))
            case .mean: steps.append(.mean)
            case .gate(let inner): steps.append(.gate(try Self.steps(inner, of: name, scale: nil, on: device)))
            case .convolution(let convolution):
                let extents = convolution.extents
                // The last product adds the residual itself.
                let scale = place == layers.count - 1 && convolution.activation == nil ? scale : nil
                if extents.isDepthwise {
                    steps.append(.depthwise(try device.taps(convolution), extents, convolution.activation))
                } else if case .gate(let gate) = steps.last, extents.kernel == 1, convolution.activation == nil {
                    var factors: Tensor?
                    if let scale { factors = try device.vector(scale) }
                    steps[steps.count - 1] = .gatedProduct(
                        gate: gate, weights: try device.vector(convolution.weights),
                        bias: try device.vector(convolution.bias), scale: factors, extents)
                } else {
                    steps.append(.dense(try device.packed(convolution, scale: scale), extents, convolution.activation))
                }
            }
        }
        return steps
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        try forward(input, steps, residual: scale == nil ? nil : input)
    }

    private func forward(_ input: Tensor, _ steps: [Step], residual: Tensor?) throws(ComputeError) -> Tensor {
        var value = input
        var isAdded = residual == nil
        for (place, step) in steps.enumerated() {
            let own = place == steps.count - 1 ? residual : nil
            switch step {
            case .dense(let matrix, let extents, let activation):
                // Without a layer scale the residual can be added behind an activation as well.
                let added = matrix.hasScale || hasUnitScale ? own : nil
                value = try device.dense(value, matrix, extents, activation, residual: added)
                isAdded = isAdded || added != nil
            case .depthwise(let taps, let extents, let activation):
                value = try device.depthwise(value, taps, extents, activation)
            case .gatedProduct(let gate, let weights, let bias, let scale, let extents):
                let factors = try forward(value, gate, residual: nil)
                let added = scale == nil ? nil : own
                value = try device.gatedProduct(
                    value, factors, weights: weights, bias: bias, scale: scale, extents, residual: added)
                isAdded = isAdded || added != nil
            case .gate(let gate): value = try device.scaled(value, by: try forward(value, gate, residual: nil))
            case .norm(let norm): value = try device.layerNorm(value, norm)
            case .activation(let activation): value = try device.activated(value, activation)
            case .mean: value = try device.means(value)
            }
        }
        guard !isAdded, let residual, let scale else { return value }
        return try device.affine(value, scale: scale, residual: residual)
    }
}
