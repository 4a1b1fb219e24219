import CKernels
import MammoGraph

/// A segment for prediction, one operation after another: any layers, each with the kernel that it has.
struct CPUFoldedPlan: InferencePlan {
    /// One operation.
    indirect enum Step {
        /// A dense convolution as products of rows, and a product with what it gives.
        case dense(PackedMatrix, Convolution, Activation?, projection: PackedMatrix?)
        /// The same by Winograd's method.
        case winograd(WinogradWeights, Activation?, projection: PackedMatrix?)
        /// A convolution of each channel by itself.
        case depthwise(Depthwise, Convolution, Activation?)
        /// Expansion, depthwise convolution, squeeze-and-excitation and projection.
        case invertedBottleneck(CPUInvertedBottleneck)
        /// The factors of an image's channels, from its means, applied to them.
        case gate([Step])
        /// A layer norm.
        case norm(LayerNorm)
        /// An activation by itself.
        case activation(Activation)
        /// The mean over an image's positions.
        case mean
        /// The largest value over an image's positions.
        case maximum
        /// The generalised mean over an image's positions.
        case generalisedMean(Float)
    }

    private let device: CPUDevice
    private let steps: [Step]
    private let residual: Residual?

    /// Where the input is added to the branch.
    private enum Residual {
        /// By the last step, which also multiplies by a layer scale.
        case byLastStep
        /// After it, with the layer scale where there is one.
        case afterwards(scale: Tensor?)
    }

    /// Packs a segment's values.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries, in their order.
    ///   - device: Whose kernels compute it.
    /// - Throws: `ComputeError`.
    init(_ segment: Segment, _ values: [[Float]], on device: CPUDevice) throws(ComputeError) {
        self.device = device
        let layers = try FoldedLayer.layers(of: segment, values)
        let scale = segment.scale == nil ? nil : values[0]
        var packedScale: [Float]?
        if !segment.isResidual {
            residual = nil
        } else if case .convolution(let last) = layers.last, !last.extents.isDepthwise,
            last.activation == nil || scale == nil
        {
            residual = .byLastStep
            packedScale = scale ?? [Float](repeating: 1, count: last.extents.outputs)
        } else {
            residual = .afterwards(scale: try scale.map { scale throws(ComputeError) in try device.vector(scale) })
        }
        steps = try Self.steps(layers, of: segment.name, scale: packedScale, on: device)
    }

    private static func steps(
        _ layers: [FoldedLayer], of name: String, scale: [Float]?, on device: CPUDevice
    ) throws(ComputeError) -> [Step] {
        if let block = try CPUInvertedBottleneck(layers, scale: scale, on: device) {
            return [.invertedBottleneck(block)]
        }
        var steps: [Step] = []
        for (place, layer) in layers.enumerated() {
            switch layer {
            case .layerNorm(let gamma, let beta, let epsilon):
                steps.append(.norm(try device.norm(gamma, beta, epsilon: epsilon, in: name)))
            case .activation(let activation): steps.append(.activation(activation))
            case .mean: steps.append(.mean)
            case .maximum: steps.append(.maximum)
            case .generalisedMean(let exponent): steps.append(.generalisedMean(exponent))
            case .gate(let inner): steps.append(.gate(try Self.steps(inner, of: name, scale: nil, on: device)))
            case .convolution(let convolution):
                let extents = convolution.extents
                if let refusal = device.refusal(of: extents) { throw .unavailable("\(name): \(refusal)") }
                // The last product adds the residual itself.
                let scale = place == layers.count - 1 && convolution.activation == nil ? scale : nil
                if extents.isDepthwise {
                    steps.append(.depthwise(try device.taps(convolution), extents, convolution.activation))
                } else if case .dense(let matrix, let expansion, let activation, projection: nil) = steps.last,
                    !expansion.isPointwise, extents.isPointwise, convolution.activation == nil
                {
                    steps[steps.count - 1] = .dense(
                        matrix, expansion, activation, projection: try device.packed(convolution, scale: scale))
                } else if case .winograd(let weights, let activation, projection: nil) = steps.last,
                    extents.isPointwise,
                    convolution.activation == nil
                {
                    steps[steps.count - 1] = .winograd(
                        weights, activation, projection: try device.packed(convolution, scale: scale))
                } else if scale == nil, let weights = try WinogradWeights(convolution, on: device) {
                    steps.append(.winograd(weights, convolution.activation, projection: nil))
                } else {
                    steps.append(
                        .dense(
                            try device.packed(convolution, scale: scale), extents, convolution.activation,
                            projection: nil))
                }
            }
        }
        return steps
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        switch residual {
        case nil: return try run(steps, input)
        case .byLastStep: return try run(steps, input, residual: input)
        case .afterwards(let scale):
            return try device.affine(try run(steps, input), scale: scale, residual: input)
        }
    }

    /// One step after another; the last, which has to be a product then, adds a residual.
    private func run(_ steps: [Step], _ input: Tensor, residual: Tensor? = nil) throws(ComputeError) -> Tensor {
        var value = input
        for (place, step) in steps.enumerated() {
            let residual = place == steps.count - 1 ? residual : nil
            switch step {
            case .dense(let matrix, let extents, let activation, let projection):
                value = try device.dense(
                    value, matrix, extents, activation, projection: projection, residual: residual)
            case .winograd(let weights, let activation, let projection):
                value = try device.winograd(
                    value, weights, activation, projection: projection, residual: residual)
            case .invertedBottleneck(let block):
                value = try device.invertedBottleneck(value, block, residual: residual)
            case .depthwise(let taps, let extents, let activation):
                value = try device.depthwise(value, taps, extents, activation)
            case .gate(let gate): value = try device.scaled(value, by: try run(gate, value))
            case .norm(let norm): value = try device.layerNorm(value, norm)
            case .activation(let activation): value = try device.affine(value, activation: activation)
            case .mean: value = try device.means(value)
            case .maximum: value = try device.maxima(value).values
            case .generalisedMean(let exponent): value = try device.generalisedMeans(value, exponent).means
            }
        }
        return value
    }
}
