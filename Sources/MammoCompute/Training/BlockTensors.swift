/// A ConvNeXt block's parameters, or one value for each of them (a gradient), on a device, as torchvision's CNBlock lays
/// them out.
public struct BlockTensors: Sendable {
    /// layer_scale: C.
    public let scale: Tensor
    /// block.0.weight: C rows of 7×7 taps.
    public let depthwise: Tensor
    /// block.0.bias: C.
    public let depthwiseBias: Tensor
    /// block.2.weight: C.
    public let gamma: Tensor
    /// block.2.bias: C.
    public let beta: Tensor
    /// block.3.weight: 4C rows of C.
    public let expand: Tensor
    /// block.3.bias: 4C.
    public let expandBias: Tensor
    /// block.5.weight: C rows of 4C.
    public let contract: Tensor
    /// block.5.bias: C.
    public let contractBias: Tensor

    /// A block's tensors, by the names that torchvision's CNBlock has for them, in its order.
    ///
    /// - Parameter tensor: Gives the tensor of a name.
    /// - Throws: What `tensor` throws.
    public init<Failure: Error>(_ tensor: (String) throws(Failure) -> Tensor) throws(Failure) {
        scale = try tensor("layer_scale")
        depthwise = try tensor("block.0.weight")
        depthwiseBias = try tensor("block.0.bias")
        gamma = try tensor("block.2.weight")
        beta = try tensor("block.2.bias")
        expand = try tensor("block.3.weight")
        expandBias = try tensor("block.3.bias")
        contract = try tensor("block.5.weight")
        contractBias = try tensor("block.5.bias")
    }
}

/// The parameters of a convolution whose patches touch and do not overlap, and of the normalisation beside it, or one value
/// for each of them.
public struct PatchTensors: Sendable {
    /// The norm's weight: before the convolution of a downsampling layer, after that of the stem.
    public let gamma: Tensor
    /// The norm's bias.
    public let beta: Tensor
    /// outputs × inputs × side × side.
    public let weights: Tensor
    /// One for each output.
    public let bias: Tensor

    /// A convolution's and its norm's tensors.
    ///
    /// - Parameters:
    ///   - gamma: The norm's weight.
    ///   - beta: The norm's bias.
    ///   - weights: outputs × inputs × side × side.
    ///   - bias: One for each output.
    public init(gamma: Tensor, beta: Tensor, weights: Tensor, bias: Tensor) {
        self.gamma = gamma
        self.beta = beta
        self.weights = weights
        self.bias = bias
    }
}

/// The parameters of the classifier, or one value for each of them.
public struct HeadTensors: Sendable {
    /// The norm's weight: classifier.0.weight.
    public let gamma: Tensor
    /// The norm's bias: classifier.0.bias.
    public let beta: Tensor
    /// classifier.2.weight: one row of C.
    public let weights: Tensor
    /// classifier.2.bias: one value.
    public let bias: Tensor

    /// The classifier's tensors.
    ///
    /// - Parameters:
    ///   - gamma: The norm's weight.
    ///   - beta: The norm's bias.
    ///   - weights: One row of C.
    ///   - bias: One value.
    public init(gamma: Tensor, beta: Tensor, weights: Tensor, bias: Tensor) {
        (self.gamma, self.beta, self.weights, self.bias) = (gamma, beta, weights, bias)
    }
}

/// Which images go through a block's branch, and by how much what it adds is multiplied: stochastic depth (Huang et al.
/// 2016) by rows, as torchvision's `StochasticDepth(p, "row")`. The others pass a block unchanged.
public struct Branch: Equatable, Sendable {
    /// Numbers of images in the batch, rising.
    public var images: [Int]
    /// 1 / (1 - p) in training.
    public var factor: Float

    /// Some images through the branch.
    ///
    /// - Parameters:
    ///   - images: Numbers of images in the batch, rising.
    ///   - factor: What the branch's result is multiplied by.
    public init(images: [Int], factor: Float) {
        self.images = images
        self.factor = factor
    }

    /// All images of a batch, as they are.
    ///
    /// - Parameter count: How many images there are.
    /// - Returns: A branch for all of them.
    public static func all(_ count: Int) -> Branch { Branch(images: Array(0..<count), factor: 1) }

    /// Those of some of a batch's images, numbered among these.
    ///
    /// - Parameter part: Images of the batch.
    /// - Returns: Of a batch of `part.count` images.
    public func of(_ part: Range<Int>) -> Branch {
        Branch(images: images.filter(part.contains).map { $0 - part.lowerBound }, factor: factor)
    }

    /// The images as stretches of neighbours.
    var stretches: [Range<Int>] {
        var stretches: [Range<Int>] = []
        for image in images {
            if let last = stretches.last, last.upperBound == image {
                stretches[stretches.count - 1] = last.lowerBound..<image + 1
            } else {
                stretches.append(image..<image + 1)
            }
        }
        return stretches
    }
}
