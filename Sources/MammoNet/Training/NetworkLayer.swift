import MammoCompute

/// The layers of a ConvNeXt in the order of a forward pass, as training takes them one by one.
enum NetworkLayer: Equatable {
    /// features.0.
    case stem
    /// A block: its name, and its number among all blocks.
    case block(String, number: Int)
    /// features.2, 4, 6: its name.
    case downsample(String)

    /// The layers before the pooling.
    static func all(of architecture: ConvNeXtArchitecture) -> [NetworkLayer] {
        var layers = [stem]
        var number = 0
        for (stage, depth) in architecture.depths.enumerated() {
            for block in 0..<depth {
                layers.append(.block("features.\(2 * stage + 1).\(block)", number: number))
                number += 1
            }
            if stage + 1 < architecture.depths.count { layers.append(.downsample("features.\(2 * stage + 2)")) }
        }
        return layers
    }

    /// What its parameters' names begin with.
    var prefix: String {
        switch self {
        case .stem: "features.0."
        case .block(let name, _): name + "."
        case .downsample(let name): name + "."
        }
    }

    /// The tensors of a layer of patches.
    func patches(_ tensors: ParameterTensors) -> PatchTensors {
        switch self {
        case .stem: tensors.patches(norm: "features.0.1", convolution: "features.0.0")
        case .block(let name, _): preconditionFailure("\(name) is a block")
        case .downsample(let name): tensors.patches(norm: "\(name).0", convolution: "\(name).1")
        }
    }
}
