import MammoGraph

/// A weights file as the parameters of one network, under torchvision's names and in its shapes.
public struct ModelWeights: Sendable {
    /// The file.
    public let file: WeightsFile
    /// The network it fits, with its head.
    public private(set) var architecture: Network
    /// What the file records besides.
    public var metadata: WeightsMetadata
    private let entries: [String: WeightsFile.Entry]
    private var replaced: [String: [Float]] = [:]

    /// Finds the network that a file fits.
    ///
    /// - Parameter file: A file of tensors, named by torchvision or by timm.
    /// - Throws: `WeightsError.misfit` with what is missing, extra or misshapen, compared with the nearest network;
    ///   `.damaged` where the metadata cannot be read.
    public init(_ file: WeightsFile) throws(WeightsError) {
        let named = file.tensors.map { (Wrappers.removed(from: $0.name), $0) }
        if let reason = named.lazy.compactMap({ name, _ in Family.refusal(ofEntry: name) }).first {
            throw .misfit(path: file.path, reason: reason)
        }
        let timm = try TimmDescription.of(file, names: Set(named.map(\.0)))
        metadata = try WeightsMetadata(file.metadata, path: file.path)
        metadata.normalisation = metadata.normalisation ?? timm?.normalisation
        let fit = Fit.nearest(to: named, pooling: metadata.pooling, otherwise: try timm?.pooling(file.path))
        guard fit.problems.isEmpty else {
            let shown = fit.problems.prefix(4).joined(separator: "; ")
            let more = fit.problems.count > 4 ? "; and \(fit.problems.count - 4) more" : ""
            throw .misfit(
                path: file.path,
                reason: "fits no \(fit.architecture.family); compared with \(fit.architecture.name), the nearest: "
                    + "\(shown)\(more)")
        }
        self.file = file
        architecture = fit.architecture
        entries = fit.entries
        try timm?.check(architecture, file.path)
        if let name = metadata.architecture, Network.named(name)?.name != architecture.name {
            throw .damaged(
                path: file.path,
                reason: "the metadata's architecture is \(name), expected \(architecture.name) as its tensors are")
        }
    }

    /// A parameter's values.
    ///
    /// - Parameter name: One of the architecture's.
    /// - Returns: In torchvision's layout, the last extent's next to each other.
    public func values(of name: String) -> [Float] {
        if let values = replaced[name] { return values }
        guard let entry = entries[name] else { preconditionFailure("\(name) is no parameter of \(architecture.name)") }
        return file.values(of: entry)
    }

    /// Refuses another head than that of a trained network.
    ///
    /// - Throws: `WeightsError.misfit`.
    public func requireLogit() throws(WeightsError) {
        guard architecture.outputs != 1 else { return }
        throw .misfit(
            path: file.path,
            reason: "has a head of \(architecture.outputs) classes, expected a trained network's one logit; "
                + "begin a network with it (mammo weights --new-head), and train it")
    }

    /// Puts a new head of one logit in the place of the old, as `torch.manual_seed(seed)` and
    /// `torch.nn.Linear(channels, 1)` make it; the norm before it begins at one and zero, and the pooling stays.
    ///
    /// - Parameter seed: As torch takes it.
    public mutating func replaceHead(seed: UInt32) {
        architecture = architecture.with(outputs: 1)
        let linear = LinearInitialisation(inputs: architecture.width, outputs: 1, seed: seed)
        // The product's entries are the head's last; what a norm before it has is constant.
        for entry in architecture.head.entries {
            switch entry.role {
            case .weight: replaced[entry.name] = linear.weights
            case .bias: replaced[entry.name] = linear.bias
            case .exponent: break
            default:
                if case .constant(let value) = entry.initial {
                    replaced[entry.name] = [Float](repeating: value, count: entry.count)
                }
            }
        }
    }

    /// Gives the head another pooling; the exponent of a generalised mean begins as `Pooling.firstExponent`.
    ///
    /// - Parameter pooling: What the head is to begin with.
    public mutating func replacePooling(by pooling: Pooling) {
        guard pooling != architecture.pooling else { return }
        architecture = architecture.with(pooling: pooling)
        for entry in architecture.head.entries where entry.role == .exponent {
            replaced[entry.name] = [Pooling.firstExponent]
        }
    }

    /// The metadata to write: with the architecture and its pooling, and with its normalisation where none is recorded.
    public var completeMetadata: WeightsMetadata {
        var metadata = metadata
        metadata.architecture = architecture.name
        metadata.pooling = architecture.pooling
        metadata.normalisation = metadata.normalisation ?? architecture.normalisation
        return metadata
    }

    /// All parameters, to be written.
    public var tensors: [SafetensorsWriter.Tensor] {
        architecture.entries.map {
            SafetensorsWriter.Tensor($0, values: values(of: $0.name))
        }
    }
}

/// How well a file fits a network.
private struct Fit {
    let architecture: Network
    var entries: [String: WeightsFile.Entry] = [:]
    var problems: [String] = []

    /// The network with the fewest problems.
    ///
    /// - Parameters:
    ///   - tensors: The file's, by their names without wrappers.
    ///   - pooling: What the file says of it; nil: a generalised mean where there is an exponent.
    ///   - other: The pooling where the file does not say and has no exponent; nil: the mean.
    /// - Returns: How the file fits it.
    static func nearest(
        to tensors: [(String, WeightsFile.Entry)], pooling: Pooling?, otherwise other: Pooling?
    ) -> Fit {
        let fits = Family.all.flatMap { family in
            let named = tensors.map { (family.torchvisionName($0), $1) }
            return family.networks.map { network in
                let pooled = network.with(pooling: .generalisedMean)
                let exponent = pooled.head.entries.first { $0.role == .exponent }
                let hasExponent = named.contains { $0.0 == exponent?.name }
                let network = network.with(pooling: pooling ?? (hasExponent ? .generalisedMean : other ?? .mean))
                let classifier = network.head.entries.last { $0.role == .weight }
                let outputs = named.first { $0.0 == classifier?.name }?.1.shape.first ?? 1
                return Fit(named, network.with(outputs: max(1, outputs)))
            }
        }
        return fits.min { $0.problems.count < $1.problems.count } ?? fits[0]
    }

    private init(_ named: [(String, WeightsFile.Entry)], _ architecture: Network) {
        self.architecture = architecture
        var left = Dictionary(named, uniquingKeysWith: { first, _ in first })
        if left.count < named.count { problems.append("two tensors mean the same parameter") }
        for parameter in architecture.entries {
            guard let entry = left.removeValue(forKey: parameter.name) else {
                problems.append("\(parameter.name) is missing")
                continue
            }
            // timm keeps layer scales as [C] and may keep products as 1×1 convolutions.
            if entry.shape.filter({ $0 != 1 }) != parameter.shape.filter({ $0 != 1 }) {
                problems.append("\(entry.name) is \(entry.shape), expected \(parameter.shape)")
            }
            if entry.type == .int64, parameter.role != .counter {
                problems.append("\(entry.name) has integers, expected floating point")
            }
            entries[parameter.name] = entry
        }
        for (_, entry) in named where left.values.contains(entry) { problems.append("\(entry.name) is extra") }
    }
}
