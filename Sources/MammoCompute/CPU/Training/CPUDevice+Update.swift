import CKernels

// What training does with whole tensors.
extension CPUDevice: TrainingDevice {
    /// Values that a thread takes at a time.
    private static let valuesAtATime = 1 << 16

    /// See `TrainingDevice`.
    public func meanGradient(_ gradient: Tensor, of shape: Shape) throws(ComputeError) -> Tensor {
        let result = try makeTensor(shape)
        let (positions, channels) = (shape.rows * shape.columns, shape.channels)
        parallelRanges(shape.positions, threads: threads, grain: 256) { range, _ in
            for position in range {
                let (source, out) = (
                    gradient.host + position / positions * channels, result.host + position * channels
                )
                for c in 0..<channels { out[c] = source[c] / Float(positions) }
            }
        }
        return result
    }

    /// See `TrainingDevice`.
    public func clear(_ tensor: Tensor) {
        parallelRanges(tensor.shape.count, threads: threads, grain: Self.valuesAtATime) { range, _ in
            (tensor.host + range.lowerBound).update(repeating: 0, count: range.count)
        }
    }

    /// See `TrainingDevice`.
    public func squares(_ tensor: Tensor) -> Double {
        let parts = (tensor.shape.count + Self.valuesAtATime - 1) / Self.valuesAtATime
        let sums = UnsafeMutablePointer<Double>.allocate(capacity: max(1, parts))
        defer { sums.deallocate() }
        nonisolated(unsafe) let results = sums
        parallelRanges(tensor.shape.count, threads: threads, grain: Self.valuesAtATime) { range, _ in
            var lanes = SIMD8<Double>(repeating: 0)
            for first in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                for lane in 0..<min(8, range.upperBound - first) {
                    let value = Double(tensor.host[first + lane])
                    lanes[lane] += value * value
                }
            }
            results[range.lowerBound / Self.valuesAtATime] = lanes.sum()
        }
        return (0..<parts).reduce(0) { $0 + sums[$1] }
    }

    /// See `TrainingDevice`.
    public func adamW(_ step: AdamWStep, _ parameter: Tensor, _ gradient: Tensor, mean: Tensor, square: Tensor) {
        parallelRanges(parameter.shape.count, threads: threads, grain: Self.valuesAtATime) { range, _ in
            let first = range.lowerBound
            var call = ckernels_adamw(
                count: range.count, gradient: gradient.host + first, gradient_scale: step.gradientScale,
                parameter: parameter.host + first, mean: mean.host + first, square: square.host + first,
                decay: step.decay, new_mean: step.newMean, old_square: step.oldSquare, new_square: step.newSquare,
                step_size: step.stepSize, correction_root: step.correctionRoot, epsilon: step.epsilon)
            kernels.table.pointee.adamw(&call)
        }
    }

    /// See `TrainingDevice`.
    public func approach(_ average: Tensor, _ value: Tensor, share: Float) {
        parallelRanges(average.shape.count, threads: threads, grain: Self.valuesAtATime) { range, _ in
            let (average, value) = (average.host, value.host)
            for i in range { average[i] += share * (value[i] - average[i]) }
        }
    }

    /// A tensor of zeros.
    func zeros(_ shape: Shape) throws(ComputeError) -> Tensor {
        let tensor = try makeTensor(shape)
        clear(tensor)
        return tensor
    }
}
