/// A layer with its values, for prediction: batch normalisations are folded into the convolutions before them, and
/// activations into the products before them; dropout is gone.
package indirect enum FoldedLayer {
    /// A convolution or a product, with an activation of its sums.
    case convolution(FoldedConvolution)
    /// A normalisation over the channels of each position.
    case layerNorm(gamma: [Float], beta: [Float], epsilon: Float)
    /// An activation by itself.
    case activation(Activation)
    /// The mean over an image's positions.
    case mean
    /// The largest value over an image's positions.
    case maximum
    /// The generalised mean over an image's positions: see `Pooling`.
    case generalisedMean(exponent: Float)
    /// x · f(x), where f gives one factor for each channel of an image.
    case gate([FoldedLayer])
}

/// A convolution with its values. A product is a convolution of 1×1.
package struct FoldedConvolution {
    /// The extents.
    package let extents: Convolution
    /// outputs × (inputs / groups) × kernel × kernel.
    package var weights: [Float]
    /// One for each output.
    package var bias: [Float]
    /// Applied to the sums.
    package var activation: Activation?

    /// Multiplies what each output has by a factor, and adds a term: in double precision, rounded once.
    mutating func fold(_ norm: BatchNorm, gamma: [Float], beta: [Float], mean: [Float], variance: [Float]) {
        let count = weights.count / bias.count
        for output in bias.indices {
            let factor = Double(gamma[output]) / (Double(variance[output]) + Double(norm.epsilon)).squareRoot()
            for place in output * count..<(output + 1) * count {
                weights[place] = Float(Double(weights[place]) * factor)
            }
            bias[output] = Float((Double(bias[output]) - Double(mean[output])) * factor + Double(beta[output]))
        }
    }
}

/// A batch normalisation that follows no convolution, and so cannot be folded into one.
package struct FoldingError: Error, CustomStringConvertible {
    /// The name of the segment it is in.
    package let segment: String

    /// One line.
    package var description: String { "\(segment): a batch normalisation that follows no convolution" }
}

extension FoldedLayer {
    /// Folds a segment's layers.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries, in their order.
    /// - Returns: The layers of its body; a layer scale's values are left to the caller.
    /// - Throws: `FoldingError` where a batch normalisation follows no convolution.
    package static func folded(_ segment: Segment, _ values: [[Float]]) throws(FoldingError) -> [FoldedLayer] {
        var rest = (segment.scale == nil ? values[...] : values.dropFirst())
        return try folded(segment.body, &rest, segment.name)
    }

    private static func folded(
        _ children: [Child], _ values: inout ArraySlice<[Float]>, _ name: String
    ) throws(FoldingError) -> [FoldedLayer] {
        var layers: [FoldedLayer] = []
        func next() -> [Float] { values.removeFirst() }
        for child in children {
            switch child.layer {
            case .convolution(let extents):
                let weights = next()
                let bias = extents.hasBias ? next() : [Float](repeating: 0, count: extents.outputs)
                layers.append(.convolution(FoldedConvolution(extents: extents, weights: weights, bias: bias)))
            case .linear(let linear):
                layers.append(
                    .convolution(FoldedConvolution(extents: linear.pointwise, weights: next(), bias: next())))
            case .batchNorm(let norm):
                guard case .convolution(var convolution) = layers.popLast(), convolution.activation == nil else {
                    throw FoldingError(segment: name)
                }
                convolution.fold(norm, gamma: next(), beta: next(), mean: next(), variance: next())
                // The number of batches.
                _ = next()
                layers.append(.convolution(convolution))
            case .layerNorm(_, let epsilon):
                layers.append(.layerNorm(gamma: next(), beta: next(), epsilon: epsilon))
            case .activation(let activation):
                if activation != .sigmoid, case .convolution(var convolution) = layers.last,
                    convolution.activation == nil
                {
                    convolution.activation = activation
                    layers[layers.count - 1] = .convolution(convolution)
                } else {
                    layers.append(.activation(activation))
                }
            case .pool(.mean): layers.append(.mean)
            case .pool(.maximum): layers.append(.maximum)
            case .pool(.generalisedMean): layers.append(.generalisedMean(exponent: next()[0]))
            case .dropout: break
            case .gate(let inner): layers.append(.gate(try folded(inner, &values, name)))
            case .sequence(let inner): layers += try folded(inner, &values, name)
            }
        }
        return layers
    }
}
