import CCUDA

// What training does with all parameters, each in one launch.
extension CUDADevice {
    /// See `LayerOperations`.
    package func meanGradient(_ gradient: Tensor, of shape: Shape) throws(ComputeError) -> Tensor {
        let (slopes, result) = (try single(gradient), try makeTensor(shape))
        try context.call { table, handle in table.mean_gradient(handle, slopes.card, result.card, shape.card) }
        return result
    }

    /// See `LayerOperations`.
    package func head(_ pooled: Tensor, _ parameters: HeadTensors) throws(ComputeError) -> Tensor {
        let logits = try makeTensor(Shape(images: pooled.shape.images, channels: 1))
        try context.call { table, handle in
            table.head(
                handle, pooled.card, parameters.gamma.card, parameters.beta.card, parameters.weights.card,
                parameters.bias.card, logits.card, Int32(pooled.shape.images), Int32(pooled.shape.channels))
        }
        return logits
    }

    /// See `LayerOperations`.
    package func headGradient(
        _ pooled: Tensor, _ parameters: HeadTensors, slopes: Tensor, into gradients: HeadTensors
    ) throws(ComputeError) -> Tensor {
        let result = try makeTensor(pooled.shape)
        try context.call { table, handle in
            table.head_gradient(
                handle, pooled.card, parameters.gamma.card, parameters.beta.card, parameters.weights.card, slopes.card,
                result.card, gradients.gamma.card, gradients.beta.card, gradients.weights.card, gradients.bias.card,
                Int32(pooled.shape.images), Int32(pooled.shape.channels))
        }
        return result
    }

    /// See `LayerOperations`.
    public func clear(_ tensors: [Tensor]) throws(ComputeError) {
        for tensor in tensors { tensor.cardMemory.copy = nil }
        let segments = gradientSegments(tensors)
        try context.call { table, handle in table.clear_gradients(handle, segments, Int32(segments.count)) }
    }

    /// See `LayerOperations`.
    public func squares(_ tensors: [Tensor]) throws(ComputeError) -> Double {
        let segments = gradientSegments(tensors)
        let sum = try CUDAMemory(bytes: 8, in: context)
        try context.call { table, handle in
            table.squares(
                handle, segments, Int32(segments.count), sum.base.assumingMemoryBound(to: Double.self))
        }
        var value = [0.0]
        try download(sum.base.assumingMemoryBound(to: Double.self), to: &value)
        return value[0]
    }

    /// See `LayerOperations`.
    public func unscale(_ gradients: [Tensor], by factor: Float) throws(ComputeError) -> Bool {
        let segments = gradientSegments(gradients)
        let found = try CUDAMemory(bytes: 4, in: context)
        try context.call { table, handle in table.clear(handle, found.base, 4) }
        try context.call { table, handle in
            table.unscale(
                handle, segments, Int32(segments.count), factor, found.base.assumingMemoryBound(to: Int32.self))
        }
        var value: [Int32] = [0]
        try download(found.base.assumingMemoryBound(to: Int32.self), to: &value)
        return value[0] == 0
    }

    /// See `LayerOperations`.
    public func adamW(_ updates: [AdamWUpdate]) throws(ComputeError) {
        guard let first = updates.first?.step else { return }
        let segments = updates.map { update in
            mammo_cuda_segment(
                parameter: update.parameter.card, gradient: update.gradient.card, mean: update.mean.card,
                square: update.square.card, count: Int64(update.parameter.shape.count), decay: update.step.decay,
                step_size: update.step.stepSize, correction_root: update.step.correctionRoot,
                copy: update.parameter.cardMemory.copy?.base, copy_type: precision.type)
        }
        var common = mammo_cuda_adamw(
            gradient_scale: first.gradientScale, new_mean: first.newMean, old_square: first.oldSquare,
            new_square: first.newSquare, epsilon: first.epsilon)
        try context.call { table, handle in table.adamw(handle, segments, Int32(segments.count), &common) }
    }

    /// See `LayerOperations`.
    public func sgd(_ updates: [SGDUpdate]) throws(ComputeError) {
        guard let first = updates.first?.step else { return }
        let segments = updates.map { update in
            mammo_cuda_segment(
                parameter: update.parameter.card, gradient: update.gradient.card, mean: update.velocity.card,
                square: nil, count: Int64(update.parameter.shape.count), decay: update.step.weightDecay,
                step_size: update.step.rate, correction_root: 0, copy: update.parameter.cardMemory.copy?.base,
                copy_type: precision.type)
        }
        var common = mammo_cuda_sgd(
            gradient_scale: first.gradientScale, momentum: first.momentum, nesterov: first.nesterov ? 1 : 0)
        try context.call { table, handle in table.sgd(handle, segments, Int32(segments.count), &common) }
    }

    /// See `LayerOperations`.
    public func approach(_ averages: [Tensor], _ values: [Tensor], share: Float) throws(ComputeError) {
        let segments = zip(averages, values).map { average, value in
            average.cardMemory.copy = nil
            return mammo_cuda_segment(
                parameter: value.card, gradient: nil, mean: average.card, square: nil,
                count: Int64(value.shape.count), decay: 0, step_size: 0, correction_root: 0, copy: nil,
                copy_type: mammo_cuda_fp32)
        }
        try context.call { table, handle in table.approach(handle, segments, Int32(segments.count), share) }
    }

    private func gradientSegments(_ tensors: [Tensor]) -> [mammo_cuda_segment] {
        tensors.map { tensor in
            mammo_cuda_segment(
                parameter: nil, gradient: tensor.card, mean: nil, square: nil, count: Int64(tensor.shape.count),
                decay: 0, step_size: 0, correction_root: 0, copy: nil, copy_type: mammo_cuda_fp32)
        }
    }
}
