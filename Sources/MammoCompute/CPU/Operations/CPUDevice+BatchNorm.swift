import CKernels
import MammoGraph

// Batch normalisations in training: sums over positions by kernels, what is made of them here, in double precision.
extension CPUDevice {
    /// The first sum of every channel, then the second.
    package typealias ChannelSums = [Double]

    /// See `MapOperations`.
    package func moments(_ input: Tensor) throws(ComputeError) -> [Double] {
        let own = try moments(input, center: nil, factors: nil)
        return own.sums + own.products
    }

    /// They are the host's.
    package func values(of sums: [Double]) -> [Double] { sums }

    /// They are the host's.
    package func channelSums(_ values: [Double]) -> [Double] { values }

    /// See `MapOperations`.
    package func statistics(
        _ norm: BatchNorm, _ parameters: [Tensor], batch: (sums: [Double], count: Double)?, updates: Bool
    ) throws(ComputeError) -> BatchStatistics {
        let channels = norm.channels
        let shape = Shape(channels: channels)
        let (mean, inverse) = (try makeTensor(shape), try makeTensor(shape))
        let (scale, shift) = (try makeTensor(shape), try makeTensor(shape))
        var (means, variances) = ([Double](), [Double]())
        if let (sums, count) = batch {
            means = sums[..<channels].map { $0 / count }
            variances = zip(sums[channels...], means).map { max(0, $0 / count - $1 * $1) }
            if updates { update(norm, parameters, means, variances, count: count) }
        } else {
            means = read(parameters[2]).map(Double.init)
            variances = read(parameters[3]).map(Double.init)
        }
        let (gamma, beta) = (parameters[0].host, parameters[1].host)
        let (meanOut, inverseOut, scaleOut, shiftOut) = (mean.host, inverse.host, scale.host, shift.host)
        for c in 0..<channels {
            let inverted = 1 / (variances[c] + Double(norm.epsilon)).squareRoot()
            (meanOut[c], inverseOut[c]) = (Float(means[c]), Float(inverted))
            scaleOut[c] = Float(Double(gamma[c]) * inverted)
            shiftOut[c] = Float(Double(beta[c]) - means[c] * Double(gamma[c]) * inverted)
        }
        return BatchStatistics(mean: mean, inverse: inverse, scale: scale, shift: shift)
    }

    /// The running statistics: PyTorch's, with the unbiased variance.
    private func update(
        _ norm: BatchNorm, _ parameters: [Tensor], _ means: [Double], _ variances: [Double], count: Double
    ) {
        let share = Double(norm.momentum)
        let unbiased = count > 1 ? count / (count - 1) : 1
        let (mean, variance, counter) = (parameters[2].host, parameters[3].host, parameters[4].host)
        for c in means.indices {
            mean[c] = Float((1 - share) * Double(mean[c]) + share * means[c])
            variance[c] = Float((1 - share) * Double(variance[c]) + share * variances[c] * unbiased)
        }
        counter[0] += 1
    }

    /// The gradient becomes that of the activation's input.
    package func slopeSums(
        _ map: NormalisedMap, _ gradient: Tensor, addingTo gamma: Tensor?, _ beta: Tensor?
    ) throws(ComputeError) -> [Double] {
        affineGradient(map.input, scale: map.statistics.scale, shift: map.statistics.shift, map.activation, gradient)
        let sums = try moments(map.input, center: map.statistics.mean, factors: gradient)
        let inverse = map.statistics.inverse.host
        let products = sums.products.indices.map { sums.products[$0] * Double(inverse[$0]) }
        gamma?.add(products)
        beta?.add(sums.sums)
        return sums.sums + products
    }

    /// See `MapOperations`.
    package func batchNormGradient(
        _ map: NormalisedMap, _ gradient: Tensor, batch: (sums: [Double], count: Double)?, to destination: Destination
    ) throws(ComputeError) -> Tensor {
        guard let (sums, count) = batch else {
            return try finished(try affine(gradient, scale: map.statistics.scale), destination)
        }
        let (channels, means) = (map.input.shape.channels, sums.map { Float($0 / count) })
        batchNormGradient(
            map.input, mean: map.statistics.mean, inverse: map.statistics.inverse,
            meanGradient: try vector(Array(means[..<channels])), meanProduct: try vector(Array(means[channels...])),
            factor: map.statistics.scale, gradient)
        return try finished(gradient, destination)
    }
}
