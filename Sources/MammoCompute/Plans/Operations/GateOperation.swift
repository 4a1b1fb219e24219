import MammoGraph

/// x · f(mean(x)) in training: squeeze-and-excitation.
struct GateOperation: SegmentOperation {
    /// f, without the mean before it.
    let inner: OperationChain

    var entries: Int { inner.entries }

    private final class Kept: Activations {
        let (input, factors): (Tensor, Tensor)
        let inner: KeptChain

        init(_ input: Tensor, _ factors: Tensor, _ inner: KeptChain) {
            (self.input, self.factors, self.inner) = (input, factors, inner)
        }
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let (factors, kept) = try inner.forward(
            try device.means(input), parameters, pass, to: .beyond, on: device)
        return (try device.gated(input, by: factors, to: destination), Kept(input, factors, kept))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        let factors = try device.sums(ofProducts: gradient, kept.input)
        let means = try inner.backward(
            kept.inner, parameters, factors, into: gradients, to: .beyond, on: device)
        guard let destination, let means else { return nil }
        return try device.gateGradient(gradient, factors: kept.factors, means: means, to: destination)
    }
}
