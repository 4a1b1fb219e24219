extension ConvNeXt {
    /// torchvision's name for one of timm's (`convnext_tiny.fb_in1k` and its like), or the name itself.
    ///
    /// - Parameter name: As a file has it, without what wrappers of modules put in front.
    /// - Returns: As torchvision has it, where it is a name of timm's.
    static func torchvisionName(_ name: String) -> String {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch parts.first {
        case "global_pool": return (["avgpool"] + parts[1...]).joined(separator: ".")
        case "head" where parts.count == 3 && parts[1] == "global_pool": return "avgpool.\(parts[2])"
        case "stem" where parts.count == 3: return "features.0.\(parts[1]).\(parts[2])"
        case "head" where parts.count == 3 && parts[1] == "norm": return "classifier.0.\(parts[2])"
        case "head" where parts.count == 3 && parts[1] == "fc": return "classifier.2.\(parts[2])"
        case "stages":
            guard parts.count >= 4, let stage = Int(parts[1]), (0..<4).contains(stage) else { return name }
            if parts[2] == "downsample" {
                return (["features", "\(2 * stage)"] + parts[3...]).joined(separator: ".")
            }
            guard parts[2] == "blocks", let layer = timmLayer(parts[4...].joined(separator: ".")) else {
                return name
            }
            return "features.\(2 * stage + 1).\(parts[3]).\(layer)"
        default: return name
        }
    }

    private static func timmLayer(_ name: String) -> String? {
        if name == "gamma" { return "layer_scale" }
        let layers = [
            ("conv_dw.", "block.0."), ("norm.", "block.2."), ("mlp.fc1.", "block.3."), ("mlp.fc2.", "block.5."),
        ]
        for (timm, ours) in layers where name.hasPrefix(timm) { return ours + name.dropFirst(timm.count) }
        return nil
    }
}
