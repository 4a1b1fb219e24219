/// The weights of a product: out = in · weightsᵀ + bias, as PyTorch's `nn.Linear`.
///
/// A patch convolution is the same, with its inputs in the order patch row, patch column, channel.
package struct LinearWeights: Sendable {
    /// Inputs of the product.
    package var inputs: Int
    /// Outputs of the product.
    package var outputs: Int
    /// outputs × inputs, inputs lying next to each other.
    package var values: [Float]
    /// One for each output.
    package var bias: [Float]
    /// What each output is multiplied by before the residual is added, where a block ends: its layer scale.
    package var scale: [Float]?

    /// Weights of a product.
    ///
    /// - Parameters:
    ///   - inputs: Inputs of the product.
    ///   - outputs: Outputs of the product.
    ///   - values: outputs × inputs, inputs lying next to each other.
    ///   - bias: One for each output.
    ///   - scale: The layer scale, one for each output, where a residual is added.
    package init(inputs: Int, outputs: Int, values: [Float], bias: [Float], scale: [Float]? = nil) {
        precondition(values.count == inputs * outputs && bias.count == outputs, "weights of another shape")
        precondition(scale.map { $0.count == outputs } ?? true, "a layer scale of another shape")
        self.inputs = inputs
        self.outputs = outputs
        self.values = values
        self.bias = bias
        self.scale = scale
    }
}

/// The weights of a product as a device keeps them.
package protocol Matrix: AnyObject, Sendable {
    /// Inputs of the product.
    var inputs: Int { get }
    /// Outputs of the product.
    var outputs: Int { get }
}

/// A normalisation over the channels, on a device: (x - mean) / sqrt(variance + epsilon) · gamma + beta, as PyTorch's
/// `nn.LayerNorm`.
package struct LayerNorm: Sendable {
    /// One for each channel.
    package let gamma: Tensor
    /// One for each channel.
    package let beta: Tensor
    /// Added to the variance; ConvNeXt's is 1e-6.
    package let epsilon: Float

    /// A normalisation whose parameters lie on the device that will be asked to apply it.
    ///
    /// - Parameters:
    ///   - gamma: One for each channel.
    ///   - beta: One for each channel.
    ///   - epsilon: Added to the variance.
    package init(gamma: Tensor, beta: Tensor, epsilon: Float = 1e-6) {
        self.gamma = gamma
        self.beta = beta
        self.epsilon = epsilon
    }
}

/// A depthwise convolution of 7×7 with zeros around the image, on a device.
package struct Depthwise: Sendable {
    /// 7×7×C: rows of taps, each with a weight for every channel.
    package let weights: Tensor
    /// One for each channel.
    package let bias: Tensor

    /// A convolution whose parameters lie on the device that will be asked to apply it.
    ///
    /// - Parameters:
    ///   - weights: 7×7×C.
    ///   - bias: One for each channel.
    package init(weights: Tensor, bias: Tensor) {
        self.weights = weights
        self.bias = bias
    }
}

/// A ConvNeXt block's parameters on a device (Liu et al., "A ConvNet for the 2020s", 2022; torchvision's CNBlock):
/// x + scale · contract(GELU(expand(norm(depthwise(x))))).
package struct Block: Sendable {
    /// The convolution over each channel.
    package let depthwise: Depthwise
    /// The normalisation after it.
    package let norm: LayerNorm
    /// From C to 4C channels.
    package let expand: any Matrix
    /// From 4C to C channels, with the layer scale.
    package let contract: any Matrix

    /// A block from its parts.
    ///
    /// - Parameters:
    ///   - depthwise: The convolution over each channel.
    ///   - norm: The normalisation after it.
    ///   - expand: From C to 4C channels.
    ///   - contract: From 4C to C channels, with the layer scale.
    package init(depthwise: Depthwise, norm: LayerNorm, expand: any Matrix, contract: any Matrix) {
        self.depthwise = depthwise
        self.norm = norm
        self.expand = expand
        self.contract = contract
    }
}
