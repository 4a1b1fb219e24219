import MammoGraph

extension FoldedLayer {
    /// A segment's layers for prediction.
    ///
    /// - Parameters:
    ///   - segment: What is to be computed.
    ///   - values: The values of its entries, in their order.
    /// - Returns: The layers of its body.
    /// - Throws: `ComputeError.unavailable` where a batch normalisation cannot be folded.
    static func layers(of segment: Segment, _ values: [[Float]]) throws(ComputeError) -> [FoldedLayer] {
        do throws(FoldingError) {
            return try folded(segment, values)
        } catch {
            throw .unavailable("\(error)")
        }
    }
}

extension FoldedConvolution {
    /// A dense convolution as a product of patches, in the order tap row, tap column, channel.
    ///
    /// - Parameter scale: What the outputs are multiplied by before a residual is added; nil: nothing.
    /// - Returns: outputs × patch values.
    func linearWeights(scale: [Float]? = nil) -> LinearWeights {
        LinearWeights(
            inputs: extents.patchValues, outputs: extents.outputs,
            values: weights.transposed(
                matrices: extents.outputs, rows: extents.inputs, columns: extents.kernel * extents.kernel),
            bias: bias, scale: scale)
    }
}

extension LayerOperations {
    /// A depthwise convolution's weights as devices read them: taps × channels.
    func taps(_ convolution: FoldedConvolution) throws(ComputeError) -> Depthwise {
        let (side, channels) = (convolution.extents.kernel, convolution.extents.outputs)
        let taps = convolution.weights.transposed(matrices: 1, rows: channels, columns: side * side)
        return Depthwise(
            weights: try tensor(taps, Shape(rows: side, columns: side, channels: channels)),
            bias: try vector(convolution.bias))
    }
}

extension Convolution {
    /// Why kernels do not compute a convolution: they are for all channels together, or for each by itself with certain extents.
    ///
    /// - Parameters:
    ///   - subject: What has the kernels, with its verb: "cards compute".
    ///   - known: The kernels and strides of depthwise convolutions, whose padding is (kernel - 1) / 2.
    /// - Returns: What is lacking, to follow the segment's name; nil where it is computed.
    func refusal(_ subject: String, depthwise known: [(kernel: Int, stride: Int)]) -> String? {
        if groups == 1 { return nil }
        guard isDepthwise else { return "\(subject) no convolution of \(groups) groups of \(inputs) channels" }
        if padding == (kernel - 1) / 2, known.contains(where: { $0 == (kernel, stride) }) { return nil }
        let expected = known.map { "\($0.kernel)×\($0.kernel) with \($0.stride)" }.joined(separator: ", ")
        return "\(subject) no depthwise convolution of \(kernel)×\(kernel) with a stride of \(stride) and a padding of "
            + "\(padding), expected \(expected), and a padding of (kernel - 1) / 2"
    }
}
