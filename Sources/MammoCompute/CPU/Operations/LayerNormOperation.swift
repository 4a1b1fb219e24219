import CKernels
import MammoGraph

/// A normalisation over the channels of each position in training.
struct LayerNormOperation: SegmentOperation {
    let channels: Int

    var entries: Int { 2 }

    private final class Kept: Activations {
        /// Before the norm's own scale and shift.
        let normal: Tensor
        /// One over the deviation of each position.
        let inverse: Tensor

        init(_ normal: Tensor, _ inverse: Tensor) { (self.normal, self.inverse) = (normal, inverse) }
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let normal = try device.makeTensor(input.shape)
        let inverse = try device.makeTensor(input.shape.with(channels: 1))
        parallelRanges(input.shape.positions, threads: device.threads, grain: 256) { range, _ in
            let first = range.lowerBound * channels
            (normal.host + first).update(from: input.host + first, count: range.count * channels)
            device.normalise(
                normal.host + first, inverse: inverse.host + range.lowerBound, count: range.count, channels: channels)
        }
        return (try device.affine(normal, scale: parameters[0], shift: parameters[1]), Kept(normal, inverse))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        let sums = try device.moments(kept.normal, factors: gradient)
        gradients[0]?.add(sums.products)
        gradients[1]?.add(sums.sums)
        guard needsInput else { return nil }
        let result = try device.affine(gradient, scale: parameters[0])
        parallelRanges(result.shape.positions, threads: device.threads, grain: 256) { range, _ in
            device.normaliseGradient(
                result.host + range.lowerBound * channels, normal: kept.normal.host + range.lowerBound * channels,
                inverse: kept.inverse.host + range.lowerBound, count: range.count, channels: channels)
        }
        return result
    }
}
