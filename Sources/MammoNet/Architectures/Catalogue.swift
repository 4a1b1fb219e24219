import MammoGraph

/// The name that a network's first entry may have in a file, by which the network is found there.
struct Stem: Sendable {
    /// Whose names the file has.
    enum Origin { case torchvision, timm, others }

    let name: String
    let origin: Origin

    init(_ name: String, _ origin: Origin) { (self.name, self.origin) = (name, origin) }
}

/// Networks that are alike but for their extents, and the names that others give to their parameters.
struct Family: Sendable {
    /// The networks, each with a head of one logit.
    let networks: [Network]
    /// What the names of torchvision's builders have before the networks' own.
    let prefix: String
    /// The names that a network's first entry may have.
    let stems: [Stem]
    /// The first entry's name within torchvision's features alone.
    let bareStem: String?
    /// Whether timm's names do not tell the network, so that something else has to.
    let needsDescription: Bool
    /// torchvision's name of a state dict's entry for one of timm's, or the name itself.
    let torchvisionName: @Sendable (String) -> String
    /// Why a file is refused that has an entry of this name, though a network may have its shapes; nil: it is not.
    let refusal: @Sendable (String) -> String?

    /// All families.
    static let all = [
        Family(
            networks: ConvNeXt.networks, prefix: "convnext_", stems: ConvNeXt.stems, bareStem: ConvNeXt.bareStem,
            needsDescription: false, torchvisionName: ConvNeXt.torchvisionName, refusal: { _ in nil }),
        Family(
            networks: EfficientNet.networks, prefix: "", stems: EfficientNet.stems, bareStem: EfficientNet.bareStem,
            needsDescription: true, torchvisionName: EfficientNet.torchvisionName,
            refusal: EfficientNet.refusal(ofEntry:)),
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
