import CKernels
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
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let (factors, kept) = try inner.forward(try device.means(input), parameters, pass, on: device)
        return (try device.scaled(input, by: factors), Kept(input, factors, kept))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        let factors = try device.sums(ofProducts: gradient, kept.input)
        let means = try inner.backward(
            kept.inner, parameters, factors, into: gradients, needsInput: true, on: device)
        guard needsInput, let means else { return nil }
        // Each position has its share of the mean's gradient.
        let positions = Float(kept.input.shape.rows * kept.input.shape.columns)
        let values = means.host
        for place in 0..<means.shape.count { values[place] /= positions }
        return try device.scaled(gradient, by: kept.factors, adding: means)
    }
}
