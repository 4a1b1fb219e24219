import MammoGraph

/// A ConvNeXt block's parameters by what they are.
struct ConvNeXtBlockParts {
    let channels: Int
    let norm: (gamma: [Float], beta: [Float])
    let expand: LinearWeights
    let contract: LinearWeights
    private let taps: [Float]
    private let bias: [Float]

    /// From the values of the segment's entries, in their order.
    init(_ channels: Int, _ values: [[Float]]) {
        self.channels = channels
        taps = values[1].transposed(matrices: 1, rows: channels, columns: 49)
        bias = values[2]
        norm = (values[3], values[4])
        expand = LinearWeights(inputs: channels, outputs: 4 * channels, values: values[5], bias: values[6])
        contract = LinearWeights(
            inputs: 4 * channels, outputs: channels, values: values[7], bias: values[8], scale: values[0])
    }

    /// The first product of values that the norm has neither scaled nor moved.
    var expandOfNormal: LinearWeights { expand.after(gamma: norm.gamma, beta: norm.beta) }

    func depthwise(on device: some LayerOperations) throws(ComputeError) -> Depthwise {
        Depthwise(
            weights: try device.tensor(taps, Shape(rows: 7, columns: 7, channels: channels)),
            bias: try device.vector(bias))
    }
}

/// The parameters of a convolution of patches and a norm by what they are.
struct PatchParts {
    let side: Int
    let channels: Int
    let norm: (gamma: [Float], beta: [Float])
    /// A patch's values lie as rows × columns × inputs.
    let weights: LinearWeights

    /// From the values of the segment's entries, in their order.
    init(_ convolution: Convolution, norm place: Structure.NormPlace, _ values: [[Float]]) {
        (side, channels) = (convolution.kernel, convolution.inputs)
        let taps = side * side
        let (weights, norm) = place == .after ? (values[..<2], values[2...]) : (values[2...], values[..<2])
        self.norm = (norm[norm.startIndex], norm[norm.startIndex + 1])
        // A convolution's weights lie as outputs × inputs × rows × columns.
        self.weights = LinearWeights(
            inputs: taps * convolution.inputs, outputs: convolution.outputs,
            values: weights[weights.startIndex].transposed(
                matrices: convolution.outputs, rows: convolution.inputs, columns: taps),
            bias: weights[weights.startIndex + 1])
    }

    /// The product of values that a norm before it has neither scaled nor moved.
    var weightsOfNormal: LinearWeights { weights.after(gamma: norm.gamma, beta: norm.beta) }
}

extension LinearWeights {
    /// The same product of values that have not been multiplied by gamma and moved by beta; these repeat where a product has
    /// several positions as inputs.
    fileprivate func after(gamma: [Float], beta: [Float]) -> LinearWeights {
        var result = self
        for output in 0..<outputs {
            var added = Double(0)
            for input in 0..<inputs {
                let (place, channel) = (output * inputs + input, input % gamma.count)
                result.values[place] = values[place] * gamma[channel]
                added += Double(values[place]) * Double(beta[channel])
            }
            result.bias[output] = Float(Double(bias[output]) + added)
        }
        return result
    }
}
