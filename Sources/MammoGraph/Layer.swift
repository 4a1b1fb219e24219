/// A layer of a network, as a value: what it computes and the extents of its parameters, without their values.
///
/// Feature maps are N·H·W rows of C values throughout; a name of PyTorch is given where a layer is one of its modules.
public indirect enum Layer: Equatable, Sendable {
    /// `nn.Conv2d`.
    case convolution(Convolution)
    /// `nn.LayerNorm` over the channels of each position.
    case layerNorm(channels: Int, epsilon: Float)
    /// `nn.BatchNorm2d`.
    case batchNorm(BatchNorm)
    /// `nn.Linear` over the channels of each position.
    case linear(Linear)
    /// A function of each value.
    case activation(Activation)
    /// One value for each channel of an image.
    case pool(Pooling)
    /// `nn.Dropout` with this probability.
    case dropout(Double)
    /// x · f(x): squeeze-and-excitation, where f gives one factor for each channel of an image.
    case gate([Child])
    /// One layer after another.
    case sequence([Child])
}

/// A layer inside another, and what its parameters' names begin with.
public struct Child: Equatable, Sendable {
    /// The name within the parent; empty where the layer has no parameters or adds nothing to their names.
    public let name: String
    /// The layer.
    public let layer: Layer

    /// A layer inside another.
    ///
    /// - Parameters:
    ///   - name: The name within the parent.
    ///   - layer: The layer.
    public init(_ name: String = "", _ layer: Layer) {
        self.name = name
        self.layer = layer
    }
}

/// The extents of `nn.Conv2d`, with square kernels and zeros around the image.
public struct Convolution: Equatable, Sendable {
    /// Channels of the input.
    public let inputs: Int
    /// Channels of the output.
    public let outputs: Int
    /// Rows and columns of the kernel.
    public let kernel: Int
    /// Positions from one output to the next, both ways.
    public let stride: Int
    /// Zeros on each side.
    public let padding: Int
    /// Groups of channels that are convolved apart.
    public let groups: Int
    /// Whether a bias is added.
    public let hasBias: Bool
    /// The initial values of the weights.
    public let initial: ParameterSpec.Initial

    /// The extents of a convolution.
    ///
    /// - Parameters:
    ///   - inputs: Channels of the input.
    ///   - outputs: Channels of the output.
    ///   - kernel: Rows and columns of the kernel.
    ///   - stride: Positions from one output to the next.
    ///   - padding: Zeros on each side; nil: (kernel - 1) / 2.
    ///   - groups: Groups of channels that are convolved apart.
    ///   - hasBias: Whether a bias is added.
    ///   - initial: The initial values of the weights.
    public init(
        _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int? = nil, groups: Int = 1,
        hasBias: Bool, initial: ParameterSpec.Initial
    ) {
        precondition(inputs % groups == 0 && outputs % groups == 0, "groups of whole channels")
        self.inputs = inputs
        self.outputs = outputs
        self.kernel = kernel
        self.stride = stride
        self.padding = padding ?? (kernel - 1) / 2
        self.groups = groups
        self.hasBias = hasBias
        self.initial = initial
    }

    /// Whether each channel is convolved by itself.
    public var isDepthwise: Bool { groups == inputs && groups == outputs && groups > 1 }

    /// Whether each position is a product by itself: `nn.Linear` over the channels.
    public var isPointwise: Bool { kernel == 1 && stride == 1 && padding == 0 && groups == 1 }

    /// Whether the patches touch without overlapping, and nothing is padded.
    public var isPatches: Bool { stride == kernel && padding == 0 && groups == 1 }

    /// The output's extent along an axis.
    ///
    /// - Parameter extent: The input's.
    /// - Returns: 0 where the input is smaller than the kernel.
    public func outputs(along extent: Int) -> Int {
        let room = extent + 2 * padding - kernel
        return room < 0 ? 0 : room / stride + 1
    }
}

/// The extents of `nn.Linear`, with a bias.
public struct Linear: Equatable, Sendable {
    /// Inputs of the product.
    public let inputs: Int
    /// Outputs of the product.
    public let outputs: Int
    /// The initial values of the weights; the bias begins at 0.
    public let initial: ParameterSpec.Initial

    /// The extents of a product.
    ///
    /// - Parameters:
    ///   - inputs: Inputs of the product.
    ///   - outputs: Outputs of the product.
    ///   - initial: The initial values of the weights.
    public init(_ inputs: Int, _ outputs: Int, initial: ParameterSpec.Initial) {
        self.inputs = inputs
        self.outputs = outputs
        self.initial = initial
    }
}

extension Linear {
    /// The same product as a convolution of 1×1.
    public var pointwise: Convolution { Convolution(inputs, outputs, kernel: 1, hasBias: true, initial: initial) }
}

/// `nn.BatchNorm2d`: (x - mean) / √(variance + epsilon) · weight + bias, with the batch's own statistics in training and the
/// running ones otherwise. The running variance is updated with the unbiased variance of the batch.
public struct BatchNorm: Equatable, Sendable {
    /// Channels.
    public let channels: Int
    /// Added to the variance.
    public let epsilon: Float
    /// The share of the batch's statistics in the new running ones.
    public let momentum: Float

    /// The extents of a batch normalisation.
    ///
    /// - Parameters:
    ///   - channels: Channels.
    ///   - epsilon: Added to the variance.
    ///   - momentum: The share of the batch's statistics in the new running ones.
    public init(_ channels: Int, epsilon: Float, momentum: Float) {
        self.channels = channels
        self.epsilon = epsilon
        self.momentum = momentum
    }
}

/// A function of each value.
public enum Activation: Equatable, Sendable {
    /// x · Φ(x), by the exact erf: `nn.GELU(approximate="none")`.
    case gelu
    /// x · sigmoid(x): `nn.SiLU`.
    case silu
    /// 1 / (1 + exp(-x)): `nn.Sigmoid`.
    case sigmoid
}
