import MammoGraph

/// A segment in training, one operation after another: any layers that a device has operations for.
struct SegmentGradient<Operations: MapOperations>: GradientPlan {
    private let device: Operations
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
    /// - Throws: `ComputeError.unavailable` where a layer has no gradient.
    init(_ segment: Segment, on device: Operations) throws(ComputeError) {
        guard segment.scale == nil else {
            throw .unavailable("\(segment.name): a layer scale outside a ConvNeXt block has no gradient")
        }
        self.device = device
        isResidual = segment.isResidual
        chain = OperationChain(operations: try Self.operations(segment.body, segment.name, on: device))
    }

    private static func operations(
        _ children: [Child], _ name: String, on device: Operations
    ) throws(ComputeError) -> [any SegmentOperation] {
        var operations: [any SegmentOperation] = []
        for child in children {
            switch child.layer {
            case .convolution(let extents):
                if let refusal = device.refusal(of: extents) { throw .unavailable("\(name): \(refusal)") }
                operations.append(ConvolutionOperation(extents: extents))
            case .linear(let linear): operations.append(ConvolutionOperation(extents: linear.pointwise))
            case .batchNorm(let norm): operations.append(BatchNormOperation(norm: norm, activation: nil))
            case .activation(let activation):
                // One pass over the map for both.
                if let norm = operations.last as? BatchNormOperation, norm.activation == nil {
                    operations[operations.count - 1] = BatchNormOperation(norm: norm.norm, activation: activation)
                } else {
                    operations.append(ActivationOperation(activation: activation))
                }
            case .pool(.mean): operations.append(MeanOperation())
            case .pool(let pooling): operations.append(PoolOperation(pooling: pooling))
            case .dropout(let probability): operations.append(DropoutOperation(probability: probability))
            case .gate(let inner):
                guard inner.first?.layer == .pool(.mean) else {
                    throw .unavailable("\(name): a gate that does not begin with a mean has no gradient")
                }
                let rest = Array(inner.dropFirst())
                operations.append(
                    GateOperation(inner: OperationChain(operations: try Self.operations(rest, name, on: device))))
            case .sequence(let inner): operations += try Self.operations(inner, name, on: device)
            case .layerNorm(_, Structure.layerNormEpsilon): operations.append(LayerNormOperation())
            case .layerNorm: throw .unavailable("\(name): \(child.layer) has no gradient")
            }
        }
        return operations
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass
    ) throws(ComputeError) -> (output: Tensor, kept: (any Activations)?) {
        // As PyTorch's: batch statistics are those of all images, also of those that skip the branch.
        let factors = pass.branch.factors(images: input.shape.images)
        let (output, kept) = try chain.forward(
            input, parameters, pass, to: isResidual ? .added(to: input, factors: factors) : .beyond, on: device)
        return (output, pass.keeps ? Kept(kept, factors) : nil)
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another segment") }
        let branch = isResidual ? try device.branchGradient(gradient, factors: kept.factors) : gradient
        let destination: Destination = isResidual ? .accumulated(in: gradient) : .beyond
        return try chain.backward(
            kept.chain, parameters, branch, into: gradients, to: needsInput ? destination : nil, on: device)
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
