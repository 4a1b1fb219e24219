/// One entry of a network's state dict: a parameter that is trained, or a buffer of a batch normalisation.
public struct ParameterSpec: Equatable, Sendable {
    /// What an entry is for.
    public enum Role: Equatable, Sendable {
        /// Weights of a product or a convolution.
        case weight
        /// What is added to a product or a convolution.
        case bias
        /// The factor of a normalisation.
        case normWeight
        /// What a normalisation adds.
        case normBias
        /// A layer scale.
        case scale
        /// The exponent of a generalised mean.
        case exponent
        /// A batch normalisation's running mean.
        case runningMean
        /// A batch normalisation's running variance.
        case runningVariance
        /// A batch normalisation's number of batches so far: an integer.
        case counter
    }

    /// The distribution that torchvision draws initial values from.
    public enum Initial: Equatable, Sendable {
        /// All of one value.
        case constant(Float)
        /// Normal, with mean 0 and this standard deviation.
        case normal(Double)
        /// Uniform between minus and plus this bound.
        case uniform(Double)
    }

    /// The name in the state dict of torchvision's model: "features.0.0.weight".
    public let name: String
    /// As PyTorch has it: outputs first; empty for a single value.
    public let shape: [Int]
    /// What it is for.
    public let role: Role
    /// The values it begins with.
    public let initial: Initial

    /// An entry.
    ///
    /// - Parameters:
    ///   - name: The name in the state dict.
    ///   - shape: As PyTorch has it.
    ///   - role: What it is for.
    ///   - initial: The values it begins with.
    public init(_ name: String, _ shape: [Int], _ role: Role, _ initial: Initial) {
        self.name = name
        self.shape = shape
        self.role = role
        self.initial = initial
    }

    /// The number of values.
    public var count: Int { shape.reduce(1, *) }

    /// Whether it is one of PyTorch's `named_parameters`, and not a buffer.
    public var isTrained: Bool {
        switch role {
        case .weight, .bias, .normWeight, .normBias, .scale, .exponent: true
        case .runningMean, .runningVariance, .counter: false
        }
    }

    /// Whether weight decay applies where timm spares biases, norms, layer scales and exponents.
    public var decays: Bool { role == .weight }

    /// The same entry under a name with a prefix.
    func prefixed(_ prefix: String) -> ParameterSpec {
        ParameterSpec(prefix.isEmpty ? name : "\(prefix).\(name)", shape, role, initial)
    }
}
