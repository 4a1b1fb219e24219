import MammoGraph

/// How well the tensors of a state dict fit a network.
struct NetworkFit {
    /// The network, with as many outputs as the head has.
    let architecture: Network
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

    /// A tensor, and the name that it would have in a network.
    typealias Named = (name: String, entry: WeightsFile.Entry)

    /// The names of generalised means' exponents.
    private static let exponents = Set(
        Network.all.flatMap { $0.with(pooling: .generalisedMean).head.entries }.filter { $0.role == .exponent }
            .map(\.name))

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
            let unread = Dictionary(
                unread.map { (family.torchvisionName($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
            let shapes = Dictionary(named.map { ($0.0, $0.1.shape) }, uniquingKeysWith: { first, _ in first })
            let hasExponent = exponents.contains { shapes[$0] != nil || unread[$0] != nil }
            let pooling = pooling ?? (hasExponent ? .generalisedMean : .mean)
            for network in family.networks {
                let classifier = network.head.entries.last { $0.role == .weight }
                let outputs = classifier.flatMap { shapes[$0.name]?.first } ?? 1
                let fit = NetworkFit(named, unread, network.with(pooling: pooling).with(outputs: max(1, outputs)))
                if fit.problemCount < best?.problemCount ?? .max { best = fit }
            }
        }
        guard let best else { preconditionFailure("there are networks") }
        return best
    }

    private init(_ named: [Named], _ unread: [String: String], _ architecture: Network) {
        self.architecture = architecture
        var left = Dictionary(named, uniquingKeysWith: { first, _ in first })
        if left.count < named.count { refuse("two tensors mean the same parameter") }
        let head = Set(architecture.head.entries.map(\.name))
        let product = architecture.head.entries.suffix(2).map(\.name)
        lacksHead = product.allSatisfy { left[$0] == nil && unread[$0] == nil }
        let stem = architecture.stem?.name
        for parameter in architecture.entries {
            let entry = left.removeValue(forKey: parameter.name)
            if let reason = unread[parameter.name] {
                refuse("\(CheckpointFacts.shown(entry?.name ?? parameter.name)) \(reason)")
                continue
            }
            guard let entry else {
                let isOfHead = head.contains(parameter.name) && parameter.role != .exponent
                if !(lacksHead && isOfHead) { refuse("\(parameter.name) is missing") }
                continue
            }
            let name = CheckpointFacts.shown(entry.name)
            if parameter.name == stem, entry.shape == parameter.grayShape {
                isGray = true
            } else if entry.shape.filter({ $0 != 1 }) != parameter.shape.filter({ $0 != 1 }) {
                // timm keeps layer scales as [C] and may keep products as 1×1 convolutions.
                refuse("\(name) is \(entry.shape), expected \(parameter.shape)")
            }
            if !entry.type.isFloatingPoint, parameter.role != .counter {
                refuse("\(name) has values of type \(entry.type.rawValue), expected floating point")
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
