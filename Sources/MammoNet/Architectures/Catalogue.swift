import MammoGraph

/// Networks that are alike but for their extents, and the names that others give to their parameters.
struct Family: Sendable {
    /// The networks, each with a head of one logit.
    let networks: [Network]
    /// What the names of torchvision's builders have before the networks' own.
    let prefix: String
    /// The names that a network's first entry may have: torchvision's and others'.
    let stems: [String]
    /// The first entry's name within torchvision's features alone.
    let bareStem: String?
    /// torchvision's name of a state dict's entry for one of timm's, or the name itself.
    let torchvisionName: @Sendable (String) -> String
    /// Why a file is refused that has an entry of this name, though a network may have its shapes; nil: it is not.
    let refusal: @Sendable (String) -> String?

    /// All families.
    static let all = [
        Family(
            networks: ConvNeXt.networks, prefix: "convnext_", stems: ConvNeXt.stems, bareStem: ConvNeXt.bareStem,
            torchvisionName: ConvNeXt.torchvisionName, refusal: { _ in nil }),
        Family(
            networks: EfficientNet.networks, prefix: "", stems: EfficientNet.stems, bareStem: EfficientNet.bareStem,
            torchvisionName: { $0 }, refusal: EfficientNet.refusal(ofEntry:)),
    ]
}

extension Family {
    /// Why a file is refused that has an entry of this name; nil where no family refuses it.
    static func refusal(ofEntry name: String) -> String? { all.lazy.compactMap { $0.refusal(name) }.first }
}

extension Network {
    /// All networks there are, each with a head of one logit.
    public static let all = Family.all.flatMap(\.networks)

    /// The network of a name, with a head of one logit; nil where there is none.
    ///
    /// - Parameter name: One of the names of `all`, or the name of torchvision's builder: "convnext_tiny" for "tiny".
    /// - Returns: The network.
    public static func named(_ name: String) -> Network? {
        for family in Family.all {
            let short = name.hasPrefix(family.prefix) ? String(name.dropFirst(family.prefix.count)) : name
            for network in family.networks where network.name == name || network.name == short { return network }
        }
        return nil
    }
}
