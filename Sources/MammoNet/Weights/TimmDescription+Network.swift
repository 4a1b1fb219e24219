import MammoGraph

extension TimmDescription {
    /// What timm says of a file whose names are timm's.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - names: Its names without wrappers.
    /// - Returns: nil where the names are not timm's, or where nothing is said and nothing has to be.
    /// - Throws: `WeightsError.misfit` where the names alone do not tell the network and nothing else does, or where timm's
    ///   network is none of those here.
    static func of(_ file: WeightsFile, names: Set<String>) throws(WeightsError) -> TimmDescription? {
        guard let family = Family.all.first(where: { names.contains($0.timmStem) }) else { return nil }
        var found = file.timm ?? file.metadata["architecture"].map { TimmDescription(name: $0) }
        if found == nil { found = TimmDescription(beside: file.path) }
        guard let description = found else {
            guard family.needsDescription else { return nil }
            throw .misfit(
                path: file.path,
                reason:
                    "has timm's names of an EfficientNet, which do not tell its padding and epsilon; expected timm's "
                    + "config.json beside it ({\"architecture\": \"efficientnet_b0\"}), or a checkpoint with its arch")
        }
        guard family.needsDescription else {
            return description.architecture.hasPrefix(family.prefix) ? description : nil
        }
        if let reason = EfficientNet.refusal(ofTimms: description) {
            throw .misfit(path: file.path, reason: reason)
        }
        return description
    }

    /// Refuses another network than the one that it names.
    ///
    /// - Parameters:
    ///   - network: The one that the tensors fit.
    ///   - path: Named by errors.
    /// - Throws: `WeightsError.misfit`.
    func check(_ network: Network, _ path: String) throws(WeightsError) {
        // Of ConvNeXts timm has further names for the same networks, as convnext_tiny_in22k.
        guard let named = Network.named(architecture), named.name != network.name else { return }
        throw .misfit(
            path: path, reason: "is said to be timm's \(architecture), but its tensors are those of \(network.name)")
    }

    /// The pooling that it names.
    ///
    /// - Parameter path: Named by errors.
    /// - Returns: nil where it names none.
    /// - Throws: `WeightsError.misfit` where it names one that is none of those here.
    func pooling(_ path: String) throws(WeightsError) -> Pooling? {
        guard let pool else { return nil }
        switch pool {
        case "avg", "fast", "fastavg": return .mean
        case "max", "fastmax": return .maximum
        default:
            throw .misfit(path: path, reason: "was trained with timm's global_pool '\(pool)', expected avg or max")
        }
    }
}
