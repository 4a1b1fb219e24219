import MammoGraph

/// A segment in training, one operation after another: any layers, each with the kernels that it has.
struct CPUSegmentGradient: GradientPlan {
    private let device: CPUDevice
    private let chain: OperationChain
    private let isResidual: Bool

    /// What a pass has kept: of the layers, and each image's factor of the branch.
    private final class Kept: Activations {
        let chain: KeptChain
        let factors: [Float]

        init(_ chain: KeptChain, _ factors: [Float]) { (self.chain, self.factors) = (chain, factors) }
    }

    /// Plans a segment.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - device: Computes it.
    /// - Throws: `ComputeError.unavailable` where a layer has no gradient here.
    init(_ segment: Segment, on device: CPUDevice) throws(ComputeError) {
        guard segment.scale == nil else {
            throw .unavailable("\(segment.name): a layer scale outside a ConvNeXt block has no gradient on the CPU")
        }
        self.device = device
        isResidual = segment.isResidual
        chain = OperationChain(operations: try Self.operations(segment.body, segment.name))
    }

    private static func operations(
        _ children: [Child], _ name: String
    ) throws(ComputeError) -> [any SegmentOperation] {
        var operations: [any SegmentOperation] = []
        for child in children {
            switch child.layer {
            case .convolution(let extents) where extents.isDepthwise:
                operations.append(DepthwiseOperation(extents: extents))
            case .convolution(let extents) where extents.groups == 1:
                operations.append(DenseOperation(extents: extents))
            case .linear(let linear):
                operations.append(DenseOperation(extents: linear.pointwise))
            case .batchNorm(let norm): operations.append(BatchNormOperation(norm: norm, activation: nil))
            case .activation(let activation):
                // One pass over the map for both.
                if let norm = operations.last as? BatchNormOperation, norm.activation == nil {
                    operations[operations.count - 1] = BatchNormOperation(norm: norm.norm, activation: activation)
                } else {
                    operations.append(ActivationOperation(activation: activation))
                }
            case .pool(.mean): operations.append(MeanOperation())
            case .pool(.maximum): operations.append(MaximumOperation())
            case .pool(.generalisedMean): operations.append(GeneralisedMeanOperation())
            case .dropout(let probability): operations.append(DropoutOperation(probability: probability))
            case .gate(let inner):
                guard inner.first?.layer == .pool(.mean) else {
                    throw .unavailable("\(name): a gate that does not begin with a mean has no gradient on the CPU")
                }
                operations.append(
                    GateOperation(
                        inner: OperationChain(operations: try Self.operations(Array(inner.dropFirst()), name))))
            case .sequence(let inner): operations += try Self.operations(inner, name)
            case .layerNorm(let channels, Structure.layerNormEpsilon):
                operations.append(LayerNormOperation(channels: channels))
            case .convolution, .layerNorm:
                throw .unavailable("\(name): \(child.layer) has no gradient on the CPU")
            }
        }
        return operations
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        // As PyTorch's: batch statistics are those of all images, also of those that skip the branch.
        let (branch, kept) = try chain.forward(input, parameters, pass, on: device)
        var output = branch
        let factors = pass.branch.factors(images: input.shape.images)
        if isResidual {
            if factors.contains(where: { $0 != 1 }) { output = try device.scaled(output, images: factors) }
            output = try device.affine(output, residual: input)
        }
        return (output, pass.keeps ? Kept(kept, factors) : nil)
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another segment") }
        var branch = gradient
        if isResidual { branch = try device.scaled(gradient, images: kept.factors) }
        let made = try chain.backward(
            kept.chain, parameters, branch, into: gradients, needsInput: needsInput, on: device)
        guard needsInput, let made else { return nil }
        return isResidual ? try device.affine(made, residual: gradient) : made
    }

    func shape(of input: Shape) -> Shape { chain.shape(of: input) }

    func keptValues(of input: Shape) -> Int { chain.keptValues(of: input) }
}

extension Branch {
    /// Each image's factor of the branch: 0 for one that skips it.
    func factors(images count: Int) -> [Float] {
        var factors = [Float](repeating: 0, count: count)
        for image in images { factors[image] = factor }
        return factors
    }
}
