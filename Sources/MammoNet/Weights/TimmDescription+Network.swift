import MammoGraph

extension TimmDescription {
    /// What says which network a state dict with timm's names is of.
    ///
    /// - Parameters:
    ///   - found: The state dict; the result is nil where its names are not timm's, or where nothing is said and nothing has to
    ///     be.
    ///   - file: The file that has it.
    /// - Throws: `WeightsError.misfit` where the names alone do not tell the network and nothing else does, or where timm's
    ///   network is none of those here.
    init?(of found: NetworkSearch.Found, in file: WeightsFile) throws(WeightsError) {
        let timms = Family.all.first { family in
            family.stems.contains { $0.origin == .timm && found.names.contains($0.name) }
        }
        guard let family = timms else { return nil }
        guard let description = TimmDescription(of: found.table, in: file) else {
            guard family.needsDescription else { return nil }
            throw .misfit(
                path: file.path,
                reason:
                    "has timm's names of an EfficientNet, which do not tell its padding and epsilon; expected timm's "
                    + "config.json beside it ({\"architecture\": \"efficientnet_b0\"}), or a checkpoint with its arch")
        }
        if family.needsDescription {
            if let reason = EfficientNet.refusal(ofTimms: description) {
                throw .misfit(path: file.path, reason: reason)
            }
        } else if !description.architecture.hasPrefix(family.prefix) {
            return nil
        }
        self = description
    }

    /// What timm's program says of a network comes first, then what the file or a config.json beside it says, and last what
    /// other programs' options call it.
    private init?(of table: TensorTable, in file: WeightsFile) {
        let beside = TimmDescription(beside: file.path)
        let named =
            TimmDescription(name: file.facts.text("arch"), file.facts)
            ?? table.metadata["architecture"].map { TimmDescription(name: $0) }
            ?? beside ?? TimmDescription(name: file.facts.architecture, file.facts)
        guard var description = named else { return nil }
        // timm's program records mean and std only where it was given them.
        if description.normalisation == nil, beside?.architecture == description.architecture {
            description.normalisation = beside?.normalisation
        }
        self = description
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
