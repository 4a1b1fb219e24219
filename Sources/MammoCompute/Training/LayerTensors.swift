/// A ConvNeXt block's parameters, or one value for each of them (a gradient), on a device, as torchvision's CNBlock lays
/// them out.
package struct BlockTensors: Sendable {
    /// layer_scale: C.
    package let scale: Tensor
    /// block.0.weight: C rows of 7×7 taps.
    package let depthwise: Tensor
    /// block.0.bias: C.
    package let depthwiseBias: Tensor
    /// block.2.weight: C.
    package let gamma: Tensor
    /// block.2.bias: C.
    package let beta: Tensor
    /// block.3.weight: 4C rows of C.
    package let expand: Tensor
    /// block.3.bias: 4C.
    package let expandBias: Tensor
    /// block.5.weight: C rows of 4C.
    package let contract: Tensor
    /// block.5.bias: C.
    package let contractBias: Tensor

    /// A block's tensors.
    ///
    /// - Parameter tensors: In the order of torchvision's CNBlock, as its segment lists them.
    package init(_ tensors: [Tensor]) {
        precondition(tensors.count == 9, "\(tensors.count) tensors for a block")
        (scale, depthwise, depthwiseBias) = (tensors[0], tensors[1], tensors[2])
        (gamma, beta) = (tensors[3], tensors[4])
        (expand, expandBias) = (tensors[5], tensors[6])
        (contract, contractBias) = (tensors[7], tensors[8])
    }
}

/// The parameters of a convolution whose patches touch and do not overlap, and of the normalisation beside it, or one value
/// for each of them.
package struct PatchTensors: Sendable {
    /// The norm's weight: before the convolution of a downsampling layer, after that of the stem.
    package let gamma: Tensor
    /// The norm's bias.
    package let beta: Tensor
    /// outputs × inputs × side × side.
    package let weights: Tensor
    /// One for each output.
    package let bias: Tensor

    /// A convolution's and its norm's tensors.
    ///
    /// - Parameters:
    ///   - gamma: The norm's weight.
    ///   - beta: The norm's bias.
    ///   - weights: outputs × inputs × side × side.
    ///   - bias: One for each output.
    package init(gamma: Tensor, beta: Tensor, weights: Tensor, bias: Tensor) {
        self.gamma = gamma
        self.beta = beta
        self.weights = weights
        self.bias = bias
    }
}

/// The parameters of the classifier, or one value for each of them.
package struct HeadTensors: Sendable {
    /// The norm's weight: classifier.0.weight.
    package let gamma: Tensor
    /// The norm's bias: classifier.0.bias.
    package let beta: Tensor
    /// classifier.2.weight: one row of C.
    package let weights: Tensor
    /// classifier.2.bias: one value.
    package let bias: Tensor

    /// The classifier's tensors.
    ///
    /// - Parameters:
    ///   - gamma: The norm's weight.
    ///   - beta: The norm's bias.
    ///   - weights: One row of C.
    ///   - bias: One value.
    package init(gamma: Tensor, beta: Tensor, weights: Tensor, bias: Tensor) {
        (self.gamma, self.beta, self.weights, self.bias) = (gamma, beta, weights, bias)
    }
}
