import MammoGraph

/// The structures that devices have code for: a segment is recognised by its layers, never by its name.
enum Structure: Equatable {
    /// Depthwise 7×7, layer norm, C to 4C, GELU, 4C to C, layer scale, residual.
    case convNeXtBlock(channels: Int)
    /// A convolution of patches, with a layer norm after it or before.
    case patches(Convolution, norm: NormPlace)
    /// The mean over positions, a layer norm and a product.
    case pooledHead(Linear)

    /// Where a norm is.
    enum NormPlace { case before, after }

    /// The epsilon of all layer norms that devices have code for: ConvNeXt's.
    static let layerNormEpsilon: Float = 1e-6

    /// Recognises a segment.
    ///
    /// - Parameter segment: What is to be computed; the result is nil where its layers are none of the structures.
    init?(_ segment: Segment) {
        guard let found = Self.block(segment) ?? Self.patches(segment) ?? Self.head(segment) else { return nil }
        self = found
    }

    private static func block(_ segment: Segment) -> Structure? {
        let layers = segment.layers
        guard segment.isResidual, segment.scale != nil, layers.count == 5,
            case .convolution(let depthwise) = layers[0], case .linear(let expand) = layers[2],
            case .linear(let contract) = layers[4]
        else { return nil }
        let channels = depthwise.inputs
        let isBlock =
            depthwise.isDepthwise && depthwise.kernel == 7 && depthwise.stride == 1 && depthwise.padding == 3
            && depthwise.hasBias && layers[1] == norm(channels) && layers[3] == .activation(.gelu)
            && (expand.inputs, expand.outputs) == (channels, 4 * channels)
            && (contract.inputs, contract.outputs) == (4 * channels, channels)
        return isBlock ? .convNeXtBlock(channels: channels) : nil
    }

    private static func patches(_ segment: Segment) -> Structure? {
        let layers = segment.layers
        guard !segment.isResidual, layers.count == 2 else { return nil }
        if case .convolution(let convolution) = layers[0], isPatches(convolution),
            layers[1] == norm(convolution.outputs)
        {
            return .patches(convolution, norm: .after)
        }
        if case .convolution(let convolution) = layers[1], isPatches(convolution),
            layers[0] == norm(convolution.inputs)
        {
            return .patches(convolution, norm: .before)
        }
        return nil
    }

    private static func head(_ segment: Segment) -> Structure? {
        let layers = segment.layers
        guard !segment.isResidual, layers.count == 3, layers[0] == .pool(.mean),
            case .linear(let classifier) = layers[2], layers[1] == norm(classifier.inputs)
        else { return nil }
        return .pooledHead(classifier)
    }

    private static func norm(_ channels: Int) -> Layer { .layerNorm(channels: channels, epsilon: layerNormEpsilon) }

    private static func isPatches(_ convolution: Convolution) -> Bool { convolution.isPatches && convolution.hasBias }
}
