import CKernels

// What training does with whole tensors.
extension CPUDevice {
    /// Values that a thread takes at a time.
    private static let valuesAtATime = 1 << 16

    /// See `LayerOperations`.
    package func meanGradient(_ gradient: Tensor, of shape: Shape) throws(ComputeError) -> Tensor {
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

    /// See `LayerOperations`.
    public func clear(_ tensors: [Tensor]) {
        forEachStretch(of: tensors) { place, range in
            (tensors[place].host + range.lowerBound).update(repeating: 0, count: range.count)
        }
    }

    /// See `LayerOperations`.
    public func squares(_ tensors: [Tensor]) -> Double {
        let counts = tensors.map { ($0.shape.count + Self.valuesAtATime - 1) / Self.valuesAtATime }
        // The tensors' places among the sums.
        let firsts = counts.indices.map { counts[..<$0].reduce(0, +) }
        let count = counts.reduce(0, +)
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: max(1, count)) { sums in
            nonisolated(unsafe) let sums = sums
            forEachStretch(of: tensors) { place, range in
                var lanes = SIMD8<Double>(repeating: 0)
                for first in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
                    for lane in 0..<min(8, range.upperBound - first) {
                        let value = Double(tensors[place].host[first + lane])
                        lanes[lane] += value * value
                    }
                }
                sums[firsts[place] + range.lowerBound / Self.valuesAtATime] = lanes.sum()
            }
            return sums[..<count].reduce(0, +)
        }
    }

    /// See `LayerOperations`.
    public func unscale(_ gradients: [Tensor], by factor: Float) -> Bool {
        forEachStretch(of: gradients) { place, range in
            let values = gradients[place].host
            for i in range { values[i] *= factor }
        }
        // Of finite single-precision values no sum of squares in double precision overflows.
        return squares(gradients).isFinite
    }

    /// See `LayerOperations`.
    public func adamW(_ updates: [AdamWUpdate]) {
        forEachStretch(of: updates.map(\.parameter)) { place, range in
            let (update, first) = (updates[place], range.lowerBound)
            let step = update.step
            var call = ckernels_adamw(
                count: range.count, gradient: update.gradient.host + first, gradient_scale: step.gradientScale,
                parameter: update.parameter.host + first, mean: update.mean.host + first,
                square: update.square.host + first, decay: step.decay, new_mean: step.newMean,
                old_square: step.oldSquare, new_square: step.newSquare, step_size: step.stepSize,
                correction_root: step.correctionRoot, epsilon: step.epsilon)
            kernels.table.pointee.adamw(&call)
        }
    }

    /// See `LayerOperations`.
    public func sgd(_ updates: [SGDUpdate]) {
        forEachStretch(of: updates.map(\.parameter)) { place, range in
            let (update, first) = (updates[place], range.lowerBound)
            let step = update.step
            var call = ckernels_sgd(
                count: range.count, gradient: update.gradient.host + first, gradient_scale: step.gradientScale,
                parameter: update.parameter.host + first, velocity: update.velocity.host + first,
                decay: step.weightDecay, momentum: step.momentum, rate: step.rate, nesterov: step.nesterov)
            kernels.table.pointee.sgd(&call)
        }
    }

    /// See `LayerOperations`.
    public func approach(_ averages: [Tensor], _ values: [Tensor], share: Float) {
        forEachStretch(of: averages) { place, range in
            let (average, value) = (averages[place].host, values[place].host)
            for i in range { average[i] += share * (value[i] - average[i]) }
        }
    }

    /// Goes over the values of all tensors with all threads at once: `body` has a tensor's place and some of its values.
    private func forEachStretch(of tensors: [Tensor], _ body: @Sendable (Int, Range<Int>) -> Void) {
        let stretches = tensors.enumerated().flatMap { place, tensor in
            stride(from: 0, to: tensor.shape.count, by: Self.valuesAtATime).map {
                (place, $0..<min($0 + Self.valuesAtATime, tensor.shape.count))
            }
        }
        parallelRanges(stretches.count, threads: threads, grain: 1) { range, _ in
            for number in range { body(stretches[number].0, stretches[number].1) }
        }
    }

    /// A tensor of zeros.
    func zeros(_ shape: Shape) throws(ComputeError) -> Tensor {
        let tensor = try makeTensor(shape)
        clear([tensor])
        return tensor
    }
}
