import CCUDA
import MammoGraph

// Batch normalisations in training. Where there is one process the host waits for nothing: sums, statistics and running
// statistics are made on the card.
extension CUDADevice {
    /// Two sums for each channel in double precision, in memory of the card: the first of every channel, then the second.
    package struct ChannelSums: Sendable {
        let memory: CUDAMemory

        var values: UnsafeMutablePointer<Double> { memory.base.assumingMemoryBound(to: Double.self) }
    }

    private func makeSums(channels: Int) throws(ComputeError) -> ChannelSums {
        ChannelSums(memory: try CUDAMemory(bytes: 2 * channels * 8, in: context))
    }

    /// See `MapOperations`.
    package func moments(_ input: Tensor) throws(ComputeError) -> ChannelSums {
        let (rows, sums) = (input.cardRows, try makeSums(channels: input.shape.channels))
        try context.call { table, handle in
            table.batch_moments(
                handle, rows.base, rows.type, Int64(rows.rows), Int32(rows.channels), sums.values)
        }
        return sums
    }

    /// See `MapOperations`.
    package func values(of sums: ChannelSums) throws(ComputeError) -> [Double] {
        var values = [Double](repeating: 0, count: sums.memory.bytes / 8)
        try download(sums.values, to: &values)
        return values
    }

    /// See `MapOperations`.
    package func channelSums(_ values: [Double]) throws(ComputeError) -> ChannelSums {
        let sums = try makeSums(channels: values.count / 2)
        try context.call { table, handle in
            values.withUnsafeBytes {
                table.upload(handle, mammo_cuda_compute, sums.memory.base, $0.baseAddress, $0.count)
            }
        }
        return sums
    }

    /// See `MapOperations`.
    package func statistics(
        _ norm: BatchNorm, _ parameters: [Tensor], batch: (sums: ChannelSums, count: Double)?, updates: Bool
    ) throws(ComputeError) -> BatchStatistics {
        let shape = Shape(channels: norm.channels)
        let made = BatchStatistics(
            mean: try makeTensor(shape), inverse: try makeTensor(shape), scale: try makeTensor(shape),
            shift: try makeTensor(shape))
        var call = mammo_cuda_batch_norm(
            channels: Int32(norm.channels), epsilon: norm.epsilon, momentum: norm.momentum,
            gamma: parameters[0].card, beta: parameters[1].card, running_mean: parameters[2].card,
            running_variance: parameters[3].card, counter: parameters[4].card, mean: made.mean.card,
            inverse: made.inverse.card, scale: made.scale.card, shift: made.shift.card)
        try context.call { table, handle in
            table.batch_statistics(handle, batch?.sums.values, batch?.count ?? 0, &call, updates ? 1 : 0)
        }
        return made
    }

    private func slopes(_ map: NormalisedMap, _ gradient: Tensor) -> mammo_cuda_slopes {
        var call = slopes(map.input, gradient, map.activation)
        let statistics = map.statistics
        (call.mean, call.inverse) = (UnsafePointer(statistics.mean.card), UnsafePointer(statistics.inverse.card))
        (call.scale, call.shift) = (UnsafePointer(statistics.scale.card), UnsafePointer(statistics.shift.card))
        return call
    }

    /// The gradient stays as it is: the activation's slope is computed again.
    package func slopeSums(
        _ map: NormalisedMap, _ gradient: Tensor, addingTo gamma: Tensor?, _ beta: Tensor?
    ) throws(ComputeError) -> ChannelSums {
        var call = slopes(map, gradient)
        let sums = try makeSums(channels: map.input.shape.channels)
        try context.call { table, handle in
            table.batch_slopes(handle, &call, sums.values, gamma?.card, beta?.card)
        }
        return sums
    }

    /// See `MapOperations`.
    package func batchNormGradient(
        _ map: NormalisedMap, _ gradient: Tensor, batch: (sums: ChannelSums, count: Double)?,
        to destination: Destination
    ) throws(ComputeError) -> Tensor {
        var call = slopes(map, gradient)
        return try made(map.input.shape, for: destination) { out throws(ComputeError) in
            let out = out.cardRows
            try context.call { table, handle in
                table.batch_gradient(handle, &call, batch?.sums.values, batch?.count ?? 0, out.base, out.type)
            }
        }
    }
}
