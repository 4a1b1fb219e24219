import MammoCompute

/// A ConvNeXt on a device, for prediction: torchvision's `ConvNeXt` with its classifier (norm, flatten, linear).
public struct ConvNeXt: Sendable {
    /// Where it computes.
    public let device: any Device
    /// Outputs of the classifier: one logit, or the thousand of ImageNet.
    public let outputs: Int
    /// torchvision's `features`: the stem, then stages and what lies between them.
    private let features: [Feature]
    private let classifierNorm: LayerNorm
    private let classifier: any Matrix
    /// The classifier's parameters on the host, for gradients in closed form.
    let head: Head

    /// What the classifier multiplies by.
    struct Head: Sendable {
        /// classifier.0.weight.
        let gamma: [Float]
        /// classifier.2.weight: outputs × channels.
        let weights: [Float]
        /// Added to the variance.
        let epsilon: Float
    }

    private enum Feature {
        /// 4×4 patches, then the norm: features.0.
        case stem(any Matrix, LayerNorm)
        /// Blocks of the same width: features.1, 3, 5, 7.
        case stage([Block])
        /// The norm, then 2×2 patches to twice the width: features.2, 4, 6.
        case downsample(LayerNorm, any Matrix)
    }

    /// Brings a network's weights to a device.
    ///
    /// - Parameters:
    ///   - device: Where it is to compute.
    ///   - architecture: Its extents.
    ///   - parameter: Gives the values that torchvision's state dict has under a name, in its order.
    /// - Throws: What `parameter` throws, and `ComputeError.outOfMemory`.
    package init(
        device: any Device, architecture: ConvNeXtArchitecture, parameter: @escaping (String) throws -> [Float]
    ) throws {
        let widths = architecture.widths
        let parts = Parts(device: device, parameter: parameter)
        var features = [
            Feature.stem(
                try parts.patches("features.0.0", side: 4, inputs: 3, outputs: widths[0]),
                try parts.norm("features.0.1"))
        ]
        for (stage, (depth, width)) in zip(architecture.depths, widths).enumerated() {
            let name = "features.\(2 * stage + 1)"
            features.append(.stage(try (0..<depth).map { try parts.block("\(name).\($0)", width: width) }))
            guard stage + 1 < widths.count else { break }
            let between = "features.\(2 * stage + 2)"
            features.append(
                .downsample(
                    try parts.norm("\(between).0"),
                    try parts.patches("\(between).1", side: 2, inputs: width, outputs: widths[stage + 1])))
        }
        self.device = device
        outputs = architecture.outputs
        self.features = features
        classifierNorm = try parts.norm("classifier.0")
        classifier = try parts.linear("classifier.2", inputs: widths[widths.count - 1], outputs: outputs)
        head = Head(
            gamma: try parameter("classifier.0.weight"), weights: try parameter("classifier.2.weight"),
            epsilon: classifierNorm.epsilon)
    }

    /// Brings a weights file's network to a device.
    ///
    /// - Parameters:
    ///   - device: Where it is to compute.
    ///   - weights: The parameters.
    /// - Throws: `ComputeError.outOfMemory`.
    public init(device: any Device, weights: ModelWeights) throws {
        try self.init(device: device, architecture: weights.architecture, parameter: weights.values(of:))
    }

    /// The logits of a batch.
    ///
    /// - Parameters:
    ///   - input: N×H×W×3, normalised; at least 32 rows and columns.
    ///   - visit: Called with each of torchvision's `features`, its number and its output.
    /// - Returns: N×1×1×outputs.
    /// - Throws: `ComputeError.outOfMemory`, and what `visit` throws.
    public func logits(
        _ input: Tensor, visit: (Int, Tensor) throws -> Void = { _, _ in }
    ) throws -> Tensor {
        var value = input
        for (number, feature) in features.enumerated() {
            value = try apply(feature, to: value)
            try visit(number, value)
        }
        return try classify(try device.mean(value))
    }

    /// The classifier's norm and product over pooled features.
    private func classify(_ pooled: Tensor) throws(ComputeError) -> Tensor {
        try device.linear(try device.layerNorm(pooled, classifierNorm), classifier, finish: .none)
    }

    private func apply(_ feature: Feature, to input: Tensor) throws(ComputeError) -> Tensor {
        switch feature {
        case .stem(let matrix, let norm):
            return try device.patches(input, side: 4, matrix, before: nil, after: norm)
        case .downsample(let norm, let matrix):
            return try device.patches(input, side: 2, matrix, before: norm, after: nil)
        case .stage(let blocks):
            // Two tensors take turns: a block reads its neighbours' inputs, so it cannot write over its own.
            var (current, spare) = (input, try device.makeTensor(input.shape))
            for block in blocks {
                try device.block(current, block, into: spare)
                swap(&current, &spare)
            }
            return current
        }
    }
}

/// Makes a network's parts from parameters named as torchvision names them.
private struct Parts {
    let device: any Device
    let parameter: (String) throws -> [Float]

    func vector(_ name: String) throws -> Tensor {
        let values = try parameter(name)
        return try device.tensor(values, Shape(channels: values.count))
    }

    func norm(_ name: String) throws -> LayerNorm {
        LayerNorm(gamma: try vector("\(name).weight"), beta: try vector("\(name).bias"))
    }

    func linear(_ name: String, inputs: Int, outputs: Int, scale: String? = nil) throws -> any Matrix {
        try device.matrix(
            LinearWeights(
                inputs: inputs, outputs: outputs, values: try parameter("\(name).weight"),
                bias: try parameter("\(name).bias"), scale: try scale.map(parameter)))
    }

    /// A convolution's weights lie as outputs × inputs × rows × columns; a patch's values as rows × columns × inputs.
    func patches(_ name: String, side: Int, inputs: Int, outputs: Int) throws -> any Matrix {
        let taps = side * side
        let values = try parameter("\(name).weight").transposed(matrices: outputs, rows: inputs, columns: taps)
        return try device.matrix(
            LinearWeights(
                inputs: taps * inputs, outputs: outputs, values: values, bias: try parameter("\(name).bias")))
    }

    func block(_ name: String, width: Int) throws -> Block {
        let taps = try parameter("\(name).block.0.weight").transposed(matrices: 1, rows: width, columns: 49)
        return Block(
            depthwise: Depthwise(
                weights: try device.tensor(taps, Shape(rows: 7, columns: 7, channels: width)),
                bias: try vector("\(name).block.0.bias")),
            norm: try norm("\(name).block.2"),
            expand: try linear("\(name).block.3", inputs: width, outputs: 4 * width),
            contract: try linear(
                "\(name).block.5", inputs: 4 * width, outputs: width, scale: "\(name).layer_scale"))
    }
}
