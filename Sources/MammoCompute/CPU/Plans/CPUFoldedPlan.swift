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
        let layers: [FoldedLayer]
        do throws(FoldingError) {
            layers = try FoldedLayer.folded(segment, values)
        } catch {
            throw .unavailable("\(error)")
        }
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
            case .maximum: steps.append(.maximum)
            case .generalisedMean(let exponent): steps.append(.generalisedMean(exponent))
            case .gate(let inner): steps.append(.gate(try Self.steps(inner, of: name, scale: nil, on: device)))
            case .convolution(let convolution):
                let extents = convolution.extents
                // The last product adds the residual itself.
                let scale = place == layers.count - 1 && convolution.activation == nil ? scale : nil
                if extents.isDepthwise {
                    steps.append(.depthwise(try device.taps(convolution), extents, convolution.activation))
                } else if case .gate(let gate) = steps.last, extents.isPointwise, convolution.activation == nil {
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
            case .dense(let matrix, let extents, let activation):
                value = try device.dense(value, matrix, extents, activation, residual: residual)
            case .depthwise(let taps, let extents, let activation):
                value = try device.depthwise(value, taps, extents, activation)
            case .gatedProduct(let gate, let weights, let bias, let scale, let extents):
                value = try device.gatedProduct(
                    value, try run(gate, value), weights: weights, bias: bias, scale: scale, extents,
                    residual: residual)
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
