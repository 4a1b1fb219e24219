import MammoGraph

/// A ConvNeXt block's parameters, with the norm's scale and shift in the first product.
struct ConvNeXtBlockParts {
    let channels: Int
    let expand: LinearWeights
    let contract: LinearWeights
    private let taps: [Float]
    private let bias: [Float]

    /// From the values of the segment's entries, in their order.
    init(_ channels: Int, _ values: [[Float]]) {
        self.channels = channels
        taps = values[1].transposed(matrices: 1, rows: channels, columns: 49)
        bias = values[2]
        expand = LinearWeights(inputs: channels, outputs: 4 * channels, values: values[5], bias: values[6])
            .after(gamma: values[3], beta: values[4])
        contract = LinearWeights(
            inputs: 4 * channels, outputs: channels, values: values[7], bias: values[8], scale: values[0])
    }

    func depthwise(on device: CPUDevice) throws(ComputeError) -> Depthwise {
        Depthwise(
            weights: try device.tensor(taps, Shape(rows: 7, columns: 7, channels: channels)),
            bias: try device.vector(bias))
    }
}

/// The parameters of a convolution of patches after a norm, with the norm's scale and shift in the product.
struct DownsampleParts {
    let side: Int
    let channels: Int
    let weights: LinearWeights

    /// From the values of the segment's entries, in their order: the norm's, then the convolution's.
    init(_ convolution: Convolution, _ values: [[Float]]) {
        (side, channels) = (convolution.kernel, convolution.inputs)
        let taps = side * side
        weights = LinearWeights(
            inputs: taps * convolution.inputs, outputs: convolution.outputs,
            values: values[2].transposed(matrices: convolution.outputs, rows: convolution.inputs, columns: taps),
            bias: values[3]
        ).after(gamma: values[0], beta: values[1])
    }
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
