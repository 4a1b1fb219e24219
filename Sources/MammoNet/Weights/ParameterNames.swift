/// The names that others give to a ConvNeXt's parameters, as torchvision's.
enum ParameterNames {
    /// What wrappers of modules put in front: DataParallel and torch.compile.
    private static let wrappers = ["module.", "_orig_mod."]

    /// torchvision's name for one of timm's (`convnext_tiny.fb_in1k` and its like), or the name itself.
    ///
    /// - Parameter name: As a file has it.
    /// - Returns: As torchvision has it, where it is a name of timm's.
    static func torchvision(_ name: String) -> String {
        var name = name[...]
        for wrapper in wrappers where name.hasPrefix(wrapper) { name = name.dropFirst(wrapper.count) }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        switch parts.first {
        case "stem" where parts.count == 3: return "features.0.\(parts[1]).\(parts[2])"
        case "head" where parts.count == 3 && parts[1] == "norm": return "classifier.0.\(parts[2])"
        case "head" where parts.count == 3 && parts[1] == "fc": return "classifier.2.\(parts[2])"
        case "stages":
            guard parts.count >= 4, let stage = Int(parts[1]), (0..<4).contains(stage) else { return String(name) }
            if parts[2] == "downsample" {
                return (["features", "\(2 * stage)"] + parts[3...]).joined(separator: ".")
            }
            guard parts[2] == "blocks", let layer = layer(parts[4...].joined(separator: ".")) else {
                return String(name)
            }
            return "features.\(2 * stage + 1).\(parts[3]).\(layer)"
        default: return String(name)
        }
    }

    private static func layer(_ name: String) -> String? {
        if name == "gamma" { return "layer_scale" }
        let layers = [
            ("conv_dw.", "block.0."), ("norm.", "block.2."), ("mlp.fc1.", "block.3."), ("mlp.fc2.", "block.5."),
        ]
        for (timm, ours) in layers where name.hasPrefix(timm) { return ours + name.dropFirst(timm.count) }
        return nil
    }
}
