extension ConvNeXt {
    /// The names of the first convolution's weights: torchvision's, timm's, those of timm's features alone, and of ConvNeXt's
    /// authors.
    static let stems = [
        Stem("features.0.0.weight", .torchvision), Stem("stem.0.weight", .timm), Stem("stem_0.weight", .timm),
        Stem("downsample_layers.0.0.weight", .others),
    ]

    /// The same within torchvision's features.
    static let bareStem = "0.0.weight"

    /// torchvision's name for one of timm's (`convnext_tiny.fb_in1k` and its like) or of ConvNeXt's authors
    /// (github.com/facebookresearch/ConvNeXt), or the name itself.
    ///
    /// - Parameter name: As a file has it, without what wrappers of modules put in front.
    /// - Returns: As torchvision has it, where it is a name of timm's.
    static func torchvisionName(_ name: String) -> String {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        // timm's features alone: stem_0, stages_1.
        if let first = parts.first, first.hasPrefix("stem_") || first.hasPrefix("stages_") {
            parts = first.split(separator: "_", maxSplits: 1).map(String.init) + parts.dropFirst()
        }
        switch parts.first {
        case "global_pool": return (["avgpool"] + parts[1...]).joined(separator: ".")
        case "head" where parts.count == 3 && parts[1] == "global_pool": return "avgpool.\(parts[2])"
        case "norm" where parts.count == 2: return "classifier.0.\(parts[1])"
        case "head" where parts.count == 2: return "classifier.2.\(parts[1])"
        case "downsample_layers" where parts.count == 4:
            guard let stage = Int(parts[1]), (0..<4).contains(stage) else { return name }
            return "features.\(2 * stage).\(parts[2]).\(parts[3])"
        case "stem" where parts.count == 3: return "features.0.\(parts[1]).\(parts[2])"
        case "head" where parts.count == 3 && parts[1] == "norm": return "classifier.0.\(parts[2])"
        case "head" where parts.count == 3 && parts[1] == "fc": return "classifier.2.\(parts[2])"
        case "stages":
            guard parts.count >= 4, let stage = Int(parts[1]), (0..<4).contains(stage) else { return name }
            if parts[2] == "downsample" {
                return (["features", "\(2 * stage)"] + parts[3...]).joined(separator: ".")
            }
            let block = parts[2] == "blocks" ? 3 : 2
            guard parts.count > block + 1, Int(parts[block]) != nil,
                let layer = layer(parts[(block + 1)...].joined(separator: "."))
            else { return name }
            return "features.\(2 * stage + 1).\(parts[block]).\(layer)"
        default: return name
        }
    }

    /// Of a block: timm's names, and those of ConvNeXt's authors.
    private static func layer(_ name: String) -> String? {
        if name == "gamma" { return "layer_scale" }
        let layers = [
            ("conv_dw.", "block.0."), ("norm.", "block.2."), ("mlp.fc1.", "block.3."), ("mlp.fc2.", "block.5."),
            ("dwconv.", "block.0."), ("pwconv1.", "block.3."), ("pwconv2.", "block.5."),
        ]
        for (other, ours) in layers where name.hasPrefix(other) { return ours + name.dropFirst(other.count) }
        return nil
    }
}
