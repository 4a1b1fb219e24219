/// The extents of a ConvNeXt (Liu et al., "A ConvNet for the 2020s", 2022), as torchvision's `ConvNeXt` has them.
public struct ConvNeXtArchitecture: Equatable, Sendable {
    /// torchvision's "tiny", "small", "base" and "large"; timm's "nano", "pico", "femto" and "atto", which are smaller; or
    /// "micro" for a network that fits into a test.
    public let name: String
    /// Blocks of each of the four stages.
    public let depths: [Int]
    /// Channels of each stage.
    public let widths: [Int]
    /// How often the last block's branch is dropped in training; blocks before it less, in proportion to their number.
    public let stochasticDepth: Double
    /// Outputs of the classifier: 1 for the reference pipeline's logit, 1000 for ImageNet.
    public var outputs: Int

    /// The network of a name, with the reference pipeline's head of one logit.
    public static let all: [ConvNeXtArchitecture] = [
        ConvNeXtArchitecture("tiny", [3, 3, 9, 3], [96, 192, 384, 768], 0.1),
        ConvNeXtArchitecture("small", [3, 3, 27, 3], [96, 192, 384, 768], 0.4),
        ConvNeXtArchitecture("base", [3, 3, 27, 3], [128, 256, 512, 1024], 0.5),
        ConvNeXtArchitecture("large", [3, 3, 27, 3], [192, 384, 768, 1536], 0.5),
        ConvNeXtArchitecture("nano", [2, 2, 8, 2], [80, 160, 320, 640], 0.1),
        ConvNeXtArchitecture("pico", [2, 2, 6, 2], [64, 128, 256, 512], 0.1),
        ConvNeXtArchitecture("femto", [2, 2, 6, 2], [48, 96, 192, 384], 0.1),
        ConvNeXtArchitecture("atto", [2, 2, 6, 2], [40, 80, 160, 320], 0.1),
        ConvNeXtArchitecture("micro", [1, 1, 2, 1], [8, 16, 32, 64], 0),
    ]

    private init(_ name: String, _ depths: [Int], _ widths: [Int], _ stochasticDepth: Double) {
        self.name = name
        self.depths = depths
        self.widths = widths
        self.stochasticDepth = stochasticDepth
        outputs = 1
    }

    /// The network of that name, with a head of one logit; nil where there is none.
    ///
    /// - Parameter name: One of the names of `all`.
    /// - Returns: The architecture.
    public static func named(_ name: String) -> ConvNeXtArchitecture? { all.first { $0.name == name } }

    /// The same network with another head.
    ///
    /// - Parameter outputs: Outputs of the classifier.
    /// - Returns: The architecture.
    public func with(outputs: Int) -> ConvNeXtArchitecture {
        var other = self
        other.outputs = outputs
        return other
    }

    /// A parameter's name and extents in torchvision's state dict.
    public struct Parameter: Equatable, Sendable {
        /// "features.0.0.weight" … "classifier.2.bias".
        public let name: String
        /// As PyTorch has it: outputs first.
        public let shape: [Int]

        /// How many values it has.
        public var count: Int { shape.reduce(1, *) }
    }

    /// All parameters in the order of torchvision's state dict.
    public var parameters: [Parameter] {
        var list: [Parameter] = []
        func add(_ name: String, _ shape: [Int]) { list.append(Parameter(name: name, shape: shape)) }
        func addBoth(_ name: String, _ weight: [Int]) {
            add("\(name).weight", weight)
            add("\(name).bias", [weight[0]])
        }
        addBoth("features.0.0", [widths[0], 3, 4, 4])
        addBoth("features.0.1", [widths[0]])
        for stage in depths.indices {
            let width = widths[stage]
            for block in 0..<depths[stage] {
                let name = "features.\(2 * stage + 1).\(block)"
                add("\(name).layer_scale", [width, 1, 1])
                addBoth("\(name).block.0", [width, 1, 7, 7])
                addBoth("\(name).block.2", [width])
                addBoth("\(name).block.3", [4 * width, width])
                addBoth("\(name).block.5", [width, 4 * width])
            }
            guard stage + 1 < widths.count else { break }
            addBoth("features.\(2 * stage + 2).0", [width])
            addBoth("features.\(2 * stage + 2).1", [widths[stage + 1], width, 2, 2])
        }
        addBoth("classifier.0", [widths[widths.count - 1]])
        addBoth("classifier.2", [outputs, widths[widths.count - 1]])
        return list
    }
}
