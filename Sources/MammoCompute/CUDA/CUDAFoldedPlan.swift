import CCUDA
import MammoGraph

/// A segment for prediction, one operation after another: batch normalisations are folded into the convolutions, and a bias, an
/// activation and a residual are computed with the product, or in one pass over its sums.
struct CUDAFoldedPlan: InferencePlan {
    /// One operation.
    private indirect enum Step {
        /// A dense convolution with its bias and activation; of the map times the factors that the steps before it, of a gate, make
        /// of the map, where there are any.
        case dense(CUDAMatrix, Convolution, Activation?, gate: [Step]?)
        /// A convolution of each channel by itself, with its bias and activation.
        case depthwise(Depthwise, Convolution, Activation?)
        /// Factors for each channel of an image, where what comes after them is no dense convolution.
        case gate([Step])
        /// A layer norm.
        case norm(LayerNorm)
        /// An activation by itself.
        case activation(Activation)
        /// The mean over an image's positions.
        case mean
        /// The largest value of them.
        case maximum
        /// The generalised mean, with its exponent.
        case generalisedMean(Tensor)
    }

    private let device: CUDADevice
    private let steps: [Step]
    private let isResidual: Bool
    /// By which the branch is multiplied; nil where there is none, or where the last convolution's weights have been.
    private let scale: Tensor?

    /// Brings a segment's values to a card.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries, in their order.
    ///   - device: The card.
    /// - Throws: `ComputeError`.
    init(_ segment: Segment, _ values: [[Float]], on device: CUDADevice) throws(ComputeError) {
        self.device = device
        var layers = try FoldedLayer.layers(of: segment, values)
        isResidual = segment.isResidual
        var scale = segment.scale == nil ? nil : values[0]
        if let factors = scale, case .convolution(var last) = layers.last, last.activation == nil {
            last.multiply(by: factors)
            layers[layers.count - 1] = .convolution(last)
            scale = nil
        }
        self.scale = try scale.map { scale throws(ComputeError) in try device.vector(scale) }
        steps = try Self.steps(layers, of: segment.name, on: device)
    }

    private static func steps(
        _ layers: [FoldedLayer], of name: String, on device: CUDADevice
    ) throws(ComputeError) -> [Step] {
        var steps: [Step] = []
        for layer in layers {
            switch layer {
            case .layerNorm(let gamma, let beta, let epsilon):
                steps.append(.norm(try device.norm(gamma, beta, epsilon: epsilon, in: name)))
            case .activation(let activation): steps.append(.activation(activation))
            case .mean: steps.append(.mean)
            case .maximum: steps.append(.maximum)
            case .generalisedMean(let exponent): steps.append(.generalisedMean(try device.vector([exponent])))
            case .gate(let inner): steps.append(.gate(try Self.steps(inner, of: name, on: device)))
            case .convolution(let convolution):
                let (extents, activation) = (convolution.extents, convolution.activation)
                if let refusal = device.refusal(of: extents) { throw .unavailable("\(name): \(refusal)") }
                if extents.isDepthwise {
                    steps.append(.depthwise(try device.taps(convolution), extents, activation))
                    continue
                }
                var gate: [Step]?
                if case .gate(let inner) = steps.last {
                    gate = inner
                    steps.removeLast()
                }
                let matrix = try CUDAMatrix(convolution.linearWeights(), on: device)
                steps.append(.dense(matrix, extents, activation, gate: gate))
            }
        }
        return steps
    }

    func forward(_ input: Tensor, spare: Tensor?) throws(ComputeError) -> Tensor {
        guard isResidual else { return try run(steps, input, to: .beyond) }
        let sum = Destination.added(to: input, factors: [])
        guard let scale else { return try run(steps, input, to: sum) }
        return try device.affine(
            try run(steps, input, to: .within), scale: scale, shift: nil, activation: nil, to: sum)
    }

    /// One step after another; a result in single precision has a copy for convolutions of it where `keepsCopy`.
    private func run(
        _ steps: [Step], _ input: Tensor, keepsCopy: Bool = true, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        var value = input
        for (place, step) in steps.enumerated() {
            let destination = place == steps.count - 1 ? destination : .within
            switch step {
            case .dense(let matrix, let extents, let activation, let gate):
                var factors: Tensor?
                if let gate { factors = try run(gate, value, keepsCopy: false, to: .beyond) }
                value = try device.denseConvolution(
                    value, matrix.weights, bias: matrix.bias, extents, activation: activation, gate: factors,
                    keepsCopy: keepsCopy, to: destination)
            case .depthwise(let taps, let extents, let activation):
                value = try device.depthwise(
                    value, taps.weights, bias: taps.bias, extents, activation, to: destination)
            case .gate(let gate):
                let factors = try run(gate, value, keepsCopy: false, to: .beyond)
                value = try device.gated(value, by: factors, to: destination)
            case .norm(let norm): value = try device.trainLayerNorm(value, norm, to: destination).output
            case .activation(let activation):
                value = try device.affine(value, scale: nil, shift: nil, activation: activation, to: destination)
            case .mean: value = try device.mean(value)
            case .maximum: value = try device.maxima(value)
            case .generalisedMean(let exponent): value = try device.generalisedMeans(value, exponent: exponent)
            }
        }
        return value
    }
}

extension FoldedConvolution {
    /// Multiplies each output by a factor of its own.
    fileprivate mutating func multiply(by factors: [Float]) {
        let count = weights.count / factors.count
        for (output, factor) in factors.enumerated() {
            for place in output * count..<(output + 1) * count { weights[place] *= factor }
            bias[output] *= factor
        }
    }
}
