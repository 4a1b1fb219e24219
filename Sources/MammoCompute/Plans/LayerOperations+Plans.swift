import MammoGraph

// Plans by the layers that every device has.
extension LayerOperations {
    /// A plan for prediction: see `Device`.
    func inferencePlan(_ segment: Segment, values: [[Float]]) throws(ComputeError) -> any InferencePlan {
        precondition(values.count == segment.entries.count, "values for each entry of \(segment.name)")
        switch Structure(segment) {
        case nil: return try operationPlan(segment, values: values)
        case .convNeXtBlock(let channels): return try ConvNeXtBlockInference(channels, values, on: self)
        case .patches(let convolution, let norm):
            return try PatchesInference(convolution, norm: norm, values, on: self)
        case .pooledHead(let classifier): return try PooledHeadInference(classifier, values, on: self)
        }
    }

    /// A plan for training: see `Device`.
    func gradientPlan(_ segment: Segment) throws(ComputeError) -> any GradientPlan {
        switch Structure(segment) {
        case nil: return try SegmentGradient(segment, on: self)
        case .convNeXtBlock(let channels): return ConvNeXtBlockGradient(channels: channels, device: self)
        case .patches(let convolution, let norm):
            return PatchesGradient(convolution: convolution, norm: norm, device: self)
        case .pooledHead(let classifier): return PooledHeadGradient(classifier: classifier, device: self)
        }
    }

    /// One value for each channel.
    func vector(_ values: [Float]) throws(ComputeError) -> Tensor {
        try tensor(values, Shape(channels: values.count))
    }

    /// The parameters of a segment's layer norm.
    ///
    /// - Parameters:
    ///   - gamma: The factors.
    ///   - beta: What is added.
    ///   - epsilon: Added to the variance.
    ///   - segment: The segment's name, for the message.
    /// - Returns: The parameters on the device.
    /// - Throws: `ComputeError.unavailable` where devices have no code for the epsilon; `ComputeError.outOfMemory`.
    func norm(
        _ gamma: [Float], _ beta: [Float], epsilon: Float, in segment: String
    ) throws(ComputeError) -> LayerNorm {
        guard epsilon == Structure.layerNormEpsilon else {
            throw .unavailable("\(segment): a layer norm with an epsilon of \(epsilon)")
        }
        return try norm(gamma, beta)
    }

    /// A layer norm's parameters.
    func norm(_ gamma: [Float], _ beta: [Float]) throws(ComputeError) -> LayerNorm {
        LayerNorm(gamma: try vector(gamma), beta: try vector(beta), epsilon: Structure.layerNormEpsilon)
    }
}
