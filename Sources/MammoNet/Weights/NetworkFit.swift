import MammoGraph

/// How well the tensors of a state dict fit a network.
struct NetworkFit {
    /// The network, with a head of one logit and the mean before it.
    private let network: Network
    /// The pooling before its head.
    private let pooling: Pooling
    /// Outputs of the head that the tensors have.
    private let outputs: Int
    /// The file's tensors by the network's names.
    private(set) var entries: [String: WeightsFile.Entry] = [:]
    /// What keeps them from fitting, a phrase each: the first ones.
    private(set) var problems: [String] = []
    /// All that keeps them from fitting.
    private(set) var problemCount = 0
    /// Whether there is no head: its product is missing, and perhaps the norm before it.
    private(set) var lacksHead = false
    /// Whether the first convolution takes one channel.
    private(set) var isGray = false

    /// The network, with its pooling and as many outputs as the head has.
    var architecture: Network { network.with(pooling: pooling).with(outputs: outputs) }
    /// What the network is called.
    var name: String { network.name }
    /// The family it belongs to.
    var family: String { network.family }

    /// A tensor, and the name that it would have in a network.
    typealias Named = (name: String, entry: WeightsFile.Entry)

    /// The exponents of generalised means, by the names of networks.
    private static let exponents: [String: ParameterSpec] = {
        let exponents = Network.all.map { network in
            (network.name, network.with(pooling: .generalisedMean).head.entries.first { $0.role == .exponent })
        }
        return Dictionary(uniqueKeysWithValues: exponents).compactMapValues { $0 }
    }()

    /// The network that tensors fit best.
    ///
    /// - Parameters:
    ///   - tensors: By their names without prefixes.
    ///   - unread: What stands under names and cannot be read.
    ///   - pooling: What the file says of it; nil: a generalised mean where there is an exponent, and else the mean.
    /// - Returns: How they fit it.
    static func nearest(to tensors: [Named], unread: [String: String], pooling: Pooling?) -> NetworkFit {
        var best: NetworkFit?
        for family in Family.all {
            let named = tensors.map { (family.torchvisionName($0.name), $0.entry) }
            let byName = Dictionary(named, uniquingKeysWith: { first, _ in first })
            let unread = Dictionary(
                unread.map { (family.torchvisionName($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
            for network in family.networks {
                let hasExponent = exponents[network.name].map { byName[$0.name] != nil || unread[$0.name] != nil }
                let pooling = pooling ?? (hasExponent == true ? .generalisedMean : .mean)
                let fit = NetworkFit(named, byName, unread, network, pooling)
                if fit.problemCount < best?.problemCount ?? .max { best = fit }
            }
        }
        guard let best else { preconditionFailure("there are networks") }
        return best
    }

    private init(
        _ named: [Named], _ byName: [String: WeightsFile.Entry], _ unread: [String: String], _ network: Network,
        _ pooling: Pooling
    ) {
        (self.network, self.pooling) = (network, pooling)
        var left = byName
        // The last entries of the head are its product's.
        let product = network.head.entries.suffix(2)
        outputs = max(1, product.first.flatMap { byName[$0.name]?.shape.first } ?? 1)
        if left.count < named.count { refuse("two tensors mean the same parameter") }
        let head = Set(network.head.entries.map(\.name))
        let ofProduct = Set(product.map(\.name))
        lacksHead = ofProduct.allSatisfy { left[$0] == nil && unread[$0] == nil }
        let stem = network.stem?.name
        let exponent = pooling == .generalisedMean ? Self.exponents[network.name] : nil
        for parameter in [network.entries, exponent.map { [$0] } ?? []].joined() {
            let entry = left.removeValue(forKey: parameter.name)
            if let reason = unread[parameter.name] {
                refuse("\(CheckpointFacts.shown(entry?.name ?? parameter.name)) \(reason)")
                continue
            }
            guard let entry else {
                if !(lacksHead && head.contains(parameter.name)) { refuse("\(parameter.name) is missing") }
                continue
            }
            var shape = parameter.shape
            if ofProduct.contains(parameter.name) { shape[0] = outputs }
            if parameter.name == stem, entry.shape == parameter.grayShape {
                isGray = true
            } else if entry.shape != shape, entry.shape.filter({ $0 != 1 }) != shape.filter({ $0 != 1 }) {
                // timm keeps layer scales as [C] and may keep products as 1×1 convolutions.
                refuse("\(CheckpointFacts.shown(entry.name)) is \(entry.shape), expected \(shape)")
            }
            if !entry.type.isFloatingPoint, parameter.role != .counter {
                let type = entry.type.rawValue
                refuse("\(CheckpointFacts.shown(entry.name)) has values of type \(type), expected floating point")
            }
            entries[parameter.name] = entry
        }
        // Whole numbers beside parameters are counters of wrappers: n_averaged.
        for (name, entry) in named where entry.type.isFloatingPoint && left[name] != nil {
            refuse("\(CheckpointFacts.shown(entry.name)) is extra")
        }
    }

    private mutating func refuse(_ problem: @autoclosure () -> String) {
        problemCount += 1
        if problems.count < 4 { problems.append(problem()) }
    }
}

extension Network {
    /// The entry of the first convolution's weights, which take an image's three channels.
    var stem: ParameterSpec? { entries.first { $0.role == .weight } }
}

extension ParameterSpec {
    /// The shape of a first convolution's weights where they take one channel.
    fileprivate var grayShape: [Int] { shape.count == 4 ? [shape[0], 1, shape[2], shape[3]] : [] }
}
