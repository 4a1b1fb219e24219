extension Layer {
    /// The layer's entries in the state dict, in its order, without what their names begin with.
    var entries: [ParameterSpec] {
        switch self {
        case .convolution(let layer):
            return [
                ParameterSpec(
                    "weight", [layer.outputs, layer.inputs / layer.groups, layer.kernel, layer.kernel], .weight,
                    layer.initial)
            ] + (layer.hasBias ? [ParameterSpec("bias", [layer.outputs], .bias, .constant(0))] : [])
        case .layerNorm(let channels, _): return Self.norm(channels)
        case .batchNorm(let layer):
            return Self.norm(layer.channels) + [
                ParameterSpec("running_mean", [layer.channels], .runningMean, .constant(0)),
                ParameterSpec("running_var", [layer.channels], .runningVariance, .constant(1)),
                ParameterSpec("num_batches_tracked", [], .counter, .constant(0)),
            ]
        case .linear(let layer):
            return [
                ParameterSpec("weight", [layer.outputs, layer.inputs], .weight, layer.initial),
                ParameterSpec("bias", [layer.outputs], .bias, .constant(0)),
            ]
        case .pool(.generalisedMean):
            return [ParameterSpec("p", [1], .exponent, .constant(Pooling.firstExponent))]
        case .activation, .pool, .dropout: return []
        case .gate(let children), .sequence(let children): return children.entries
        }
    }

    private static func norm(_ channels: Int) -> [ParameterSpec] {
        [
            ParameterSpec("weight", [channels], .normWeight, .constant(1)),
            ParameterSpec("bias", [channels], .normBias, .constant(0)),
        ]
    }
}

extension [Child] {
    /// The entries of all children, in order.
    var entries: [ParameterSpec] { flatMap { child in child.layer.entries.map { $0.prefixed(child.name) } } }
}
