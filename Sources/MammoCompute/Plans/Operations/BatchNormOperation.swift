import MammoGraph

/// A batch normalisation in training, with the activation after it.
struct BatchNormOperation: SegmentOperation {
    let norm: BatchNorm
    let activation: Activation?

    /// weight, bias, running_mean, running_var, num_batches_tracked.
    var entries: Int { 5 }

    private final class Kept: Activations {
        let map: NormalisedMap
        /// Positions of the whole batch, over all processes; nil where the running statistics were used.
        let count: Double?
        let sums: SumsOverProcesses?

        init(_ map: NormalisedMap, count: Double?, _ sums: SumsOverProcesses?) {
            (self.map, self.count, self.sums) = (map, count, sums)
        }
    }

    func forward(
        _ input: Tensor, _ parameters: [Tensor], _ pass: Pass, to destination: Destination,
        on device: some MapOperations
    ) throws(ComputeError) -> (output: Tensor, kept: any Activations) {
        let statistics: BatchStatistics
        var count: Double?
        if pass.statistics == .running {
            statistics = try device.statistics(norm, parameters, batch: nil, updates: false)
        } else {
            var batch = (sums: try device.moments(input), count: Double(input.shape.positions))
            if let all = pass.sums {
                let whole = try all(try device.values(of: batch.sums) + [batch.count])
                batch = (try device.channelSums(Array(whole.dropLast())), whole[2 * norm.channels])
            }
            count = batch.count
            statistics = try device.statistics(
                norm, parameters, batch: batch, updates: pass.statistics == .batchUpdating)
        }
        let output = try device.affine(
            input, scale: statistics.scale, shift: statistics.shift, activation: activation, to: destination)
        let map = NormalisedMap(input: input, statistics: statistics, activation: activation)
        return (output, Kept(map, count: count, pass.sums))
    }

    func backward(
        _ kept: any Activations, _ parameters: [Tensor], _ gradient: Tensor, into gradients: [Tensor?],
        to destination: Destination?, on device: some MapOperations
    ) throws(ComputeError) -> Tensor? {
        guard let kept = kept as? Kept else { preconditionFailure("activations of another layer") }
        var sums = try device.slopeSums(kept.map, gradient, addingTo: gradients[0], gradients[1])
        guard let destination else { return nil }
        guard let count = kept.count else {
            return try device.batchNormGradient(kept.map, gradient, batch: nil, to: destination)
        }
        // The parameters' gradients are summed over processes with all others; the input's needs the sums now.
        if let all = kept.sums { sums = try device.channelSums(try all(try device.values(of: sums))) }
        return try device.batchNormGradient(kept.map, gradient, batch: (sums, count), to: destination)
    }
}
