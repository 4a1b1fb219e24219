import MammoGraph

/// Networks that are alike but for their extents, and the names that others give to their parameters.
struct Family: Sendable {
    /// The networks, each with a head of one logit.
    let networks: [Network]
    /// torchvision's name of a state dict's entry for one of timm's, or the name itself.
    let torchvisionName: @Sendable (String) -> String
    /// Why a file is refused that has an entry of this name, though a network may have its shapes; nil: it is not.
    let refusal: @Sendable (String) -> String?

    /// All families.
    static let all = [
        Family(networks: ConvNeXt.networks, torchvisionName: ConvNeXt.torchvisionName, refusal: { _ in nil }),
        Family(
            networks: EfficientNet.networks, torchvisionName: { $0 }, refusal: EfficientNet.refusal(ofEntry:)),
    ]
}

extension Network {
    /// All networks there are, each with a head of one logit.
    public static let all = Family.all.flatMap(\.networks)

    /// The network of a name, with a head of one logit; nil where there is none.
    ///
    /// - Parameter name: One of the names of `all`.
    /// - Returns: The network.
    public static func named(_ name: String) -> Network? { all.first { $0.name == name } }
}
