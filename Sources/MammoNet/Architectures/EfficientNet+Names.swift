extension EfficientNet {
    /// The names of the first convolution's weights: torchvision's, timm's and EfficientNet-PyTorch's.
    static let stems = [
        Stem("features.0.0.weight", .torchvision), Stem("conv_stem.weight", .timm), Stem("_conv_stem.weight", .others),
    ]

    /// The same within torchvision's features.
    static let bareStem = "0.0.weight"

    /// timm's networks that equal torchvision's of the same name. timm's B5 and V2 have another epsilon than torchvision's.
    private static let timmNames = (0...4).map { "efficientnet_b\($0)" }

    /// Why a network of timm's is refused, though one of torchvision's may have its tensors.
    ///
    /// - Parameter description: What timm says of it.
    /// - Returns: nil where it is one of those that equal torchvision's.
    static func refusal(ofTimms description: TimmDescription) -> String? {
        let name = description.architecture
        let expected = "expected timm's \(timmNames[0]) to \(timmNames[timmNames.count - 1])"
        guard timmNames.contains(name) else {
            let reason =
                name.hasPrefix("tf_")
                ? "which pads as TensorFlow does" : "which is none of torchvision's networks or differs in its epsilon"
            return "is timm's \(name), \(reason); \(expected), or torchvision's weights"
        }
        if let setting = description.settings.first {
            return "is timm's \(name) with \(setting) set, which is another network; \(expected) as timm makes them"
        }
        // Pretrained weights of one network want different inputs, by their tag.
        guard description.tag == nil || description.normalisation != nil else {
            return "is timm's \(name).\(description.tag ?? ""), and no mean and std are recorded; "
                + "expected them in timm's config.json beside it"
        }
        return nil
    }

    /// Why EfficientNet-PyTorch's networks are refused: they pad as TensorFlow does, and their names do not tell the size of
    /// images that the padding depends on.
    ///
    /// - Parameter entry: A name in a file.
    /// - Returns: The reason, where the name is one of that program's.
    static func refusal(ofEntry entry: String) -> String? {
        guard entry == "_conv_stem.weight" else { return nil }
        return "\(entry) is a name of EfficientNet-PyTorch's networks, which pad as TensorFlow does; "
            + "expected torchvision's names (features.0.0.weight) and weights"
    }

    /// torchvision's name for one of timm's of B0 to B4, or the name itself.
    ///
    /// - Parameter name: As a file has it, without what wrappers of modules put in front.
    /// - Returns: As torchvision has it, where it is a name of timm's.
    static func torchvisionName(_ name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let entry = parts.last, parts.count > 1 else { return name }
        // Seven stages of blocks lie between the stem and the last convolution.
        let whole = [
            "conv_stem": "features.0.0", "bn1": "features.0.1", "conv_head": "features.8.0", "bn2": "features.8.1",
            "global_pool": "avgpool",
        ]
        if parts.count == 2, let ours = whole[first] { return "\(ours).\(entry)" }
        if parts.count == 2, first == "classifier" { return "classifier.1.\(entry)" }
        guard first == "blocks", parts.count >= 5, let stage = Int(parts[1]), (0..<7).contains(stage) else {
            return name
        }
        let layer = parts[3..<parts.count - 1].joined(separator: ".")
        // The first stage's blocks do not expand.
        guard let ours = (stage == 0 ? separable : inverted)[layer] else { return name }
        return "features.\(stage + 1).\(parts[2]).block.\(ours).\(entry)"
    }

    private static let separable = [
        "conv_dw": "0.0", "bn1": "0.1", "se.conv_reduce": "1.fc1", "se.conv_expand": "1.fc2", "conv_pw": "2.0",
        "bn2": "2.1",
    ]

    private static let inverted = [
        "conv_pw": "0.0", "bn1": "0.1", "conv_dw": "1.0", "bn2": "1.1", "se.conv_reduce": "2.fc1",
        "se.conv_expand": "2.fc2", "conv_pwl": "3.0", "bn3": "3.1",
    ]
}
