import CKernels
import MammoGraph

/// A batch normalisation in training, with the activation after it.
struct BatchNormOperation: SegmentOperation {
    let norm: BatchNorm
    let activation: Activation?

    /// weight, bias, running_mean, running_var, num_batches_tracked.
    var entries: Int { 5 }

    private final class Kept: Activations {
        let input: Tensor
        /// Of the batch, or the running ones.
        let mean: Tensor
        let inverse: Tensor
        /// gamma · inverse, and beta - mean · gamma · inverse.
        let (scale, shift): (Tensor, Tensor)
        /// Positions of the whole batch, over all processes; nil where the running statistics were used.
        let count: Double?
        let sums: SumsOverProcesses?

        init(
            _ input: Tensor, mean: Tensor, inverse: Tensor, scale: Tensor, shift: Tensor, count: Double?,
            _ sums: SumsOverProcesses?
        ) {
            (self.input, self.mean, self.inverse) = (input, mean, inverse)
            (self.scale, self.shift, self.count, self.sums) = (scale, shift, count, sums)
        }
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, on device: CPUDevice
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let channels = norm.channels
        let shape = Shape(channels: channels)
        let (mean, inverse) = (try device.makeTensor(shape), try device.makeTensor(shape))
        let (scale, shift) = (try device.makeTensor(shape), try device.makeTensor(shape))
        var count: Double?
        var (means, variances) = ([Double](), [Double]())
        if pass.statistics != .running {
            let own = try device.moments(input)
            var sums = own.sums + own.products + [Double(input.shape.positions)]
            if let all = pass.sums { sums = try all(sums) }
            let whole = sums[2 * channels]
            means = sums[..<channels].map { $0 / whole }
            variances = zip(sums[channels...], means).map { max(0, $0 / whole - $1 * $1) }
            if pass.statistics == .batchUpdating { update(parameters, means, variances, count: whole) }
            count = whole
        } else {
            means = device.read(parameters[2]).map(Double.init)
            variances = device.read(parameters[3]).map(Double.init)
        }
        let (gamma, beta) = (parameters[0].host, parameters[1].host)
        let (meanOut, inverseOut, scaleOut, shiftOut) = (mean.host, inverse.host, scale.host, shift.host)
        for c in 0..<channels {
            let inverted = 1 / (variances[c] + Double(norm.epsilon)).squareRoot()
            (meanOut[c], inverseOut[c]) = (Float(means[c]), Float(inverted))
            scaleOut[c] = Float(Double(gamma[c]) * inverted)
            shiftOut[c] = Float(Double(beta[c]) - means[c] * Double(gamma[c]) * inverted)
        }
        let output = try device.affine(input, scale: scale, shift: shift, activation: activation)
        return (
            output, Kept(input, mean: mean, inverse: inverse, scale: scale, shift: shift, count: count, pass.sums)
        )
    }

    /// The running statistics: PyTorch's, with the unbiased variance.
    private func update(_ parameters: [Tensor], _ means: [Double], _ variances: [Double], count: Double) {
        let share = Double(norm.momentum)
        let unbiased = count > 1 ? count / (count - 1) : 1
        let (mean, variance, counter) = (parameters[2].host, parameters[3].host, parameters[4].host)
        for c in means.indices {
            mean[c] = Float((1 - share) * Double(mean[c]) + share * means[c])
            variance[c] = Float((1 - share) * Double(variance[c]) + share * variances[c] * unbiased)
        }
        counter[0] += 1
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        needsInput: Bool, on device: CPUDevice
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        device.affineGradient(kept.input, scale: kept.scale, shift: kept.shift, activation, gradient)
        let sums = try device.moments(kept.input, center: kept.mean, factors: gradient)
        let inverse = kept.inverse.host
        let products = sums.products.indices.map { sums.products[$0] * Double(inverse[$0]) }
        gradients[0]?.add(products)
        gradients[1]?.add(sums.sums)
        guard needsInput else { return nil }
        guard let count = kept.count else { return try device.affine(gradient, scale: kept.scale) }
        // The parameters' gradients are summed over processes with all others; the input's needs the sums now.
        var means = sums.sums + products
        if let all = kept.sums { means = try all(means) }
        means = means.map { $0 / count }
        device.batchNormGradient(
            kept.input, mean: kept.mean, inverse: kept.inverse,
            meanGradient: try device.vector(means[..<norm.channels].map { Float($0) }),
            meanProduct: try device.vector(means[norm.channels...].map { Float($0) }), factor: kept.scale, gradient)
        return gradient
    }
}
