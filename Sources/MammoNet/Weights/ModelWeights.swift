import MammoGraph

/// A weights file as the parameters of one network, under torchvision's names and in its shapes.
public struct ModelWeights: Sendable {
    /// The file.
    public let file: WeightsFile
    /// The network it fits, with its head.
    public private(set) var architecture: Network
    /// What the file records besides.
    public var metadata: WeightsMetadata
    /// What was decided in reading the file, a phrase each: which of its state dicts is used, what is ignored.
    public internal(set) var notes: [String] = []
    /// Whether the file has a head.
    public private(set) var hasHead: Bool
    /// Whether `ema` made a difference: the file has averaged weights and others.
    public let hasChoice: Bool
    /// All tensors of the state dict that is used.
    package let stored: [WeightsFile.Entry]
    /// The metadata of that state dict, as the file has them.
    package let recorded: [String: String]
    /// Whether the file's first convolution takes one channel.
    private let isGray: Bool
    private let entries: [String: WeightsFile.Entry]
    /// Values in place of the file's, by name.
    var replaced: [String: [Float]] = [:]

    /// Finds the network that a file fits.
    ///
    /// - Parameters:
    ///   - file: A file of tensors, named by torchvision, by timm or by ConvNeXt's authors, behind any prefix.
    ///   - ema: Whether averaged weights are preferred, where a checkpoint has both.
    /// - Throws: `WeightsError.misfit` with what is missing, extra or misshapen, compared with the nearest network;
    ///   `.damaged` where the metadata cannot be read.
    public init(_ file: WeightsFile, ema: Bool = true) throws(WeightsError) {
        let found = try NetworkSearch.find(in: file, ema: ema)
        self.file = file
        stored = found.table.tensors
        recorded = found.table.metadata
        entries = found.fit.entries
        hasHead = !found.fit.lacksHead
        isGray = found.fit.isGray
        metadata = try WeightsMetadata(found.table.metadata, path: file.path)
        architecture = found.fit.architecture
        try found.timm?.check(architecture, file.path)
        // Tensors tell a generalised mean alone.
        if metadata.pooling == nil, architecture.pooling == .mean, let pooling = try found.timm?.pooling(file.path) {
            architecture = architecture.with(pooling: pooling)
        }
        if let name = metadata.architecture, Network.named(name)?.name != architecture.name {
            throw .damaged(
                path: file.path,
                reason: "the metadata's architecture is \(name), expected \(architecture.name) as its tensors are")
        }
        if metadata.normalisation == nil {
            let timms = found.timm?.normalisation
            metadata.normalisation = file.facts.normalisation(else: timms ?? architecture.normalisation) ?? timms
        }
        if isGray { metadata.normalisation = (metadata.normalisation ?? architecture.normalisation).ofOneChannel }
        hasChoice = found.other != nil
        notes = Self.notes(found, ema: ema)
        if isGray {
            notes.append("its first convolution takes one channel: gray is normalised by the means of mean and std")
        }
        if architecture.outputs == 2, hasHead {
            notes.append("has a head of 2 classes: the logit is that of class 1 less that of class 0")
        }
    }

    private static func notes(_ found: NetworkSearch.Found, ema: Bool) -> [String] {
        var notes: [String] = []
        if let other = found.other {
            let place = found.place.isEmpty ? "the weights at the top" : found.place
            let others = other.isEmpty ? "the weights at the top" : other
            notes.append(
                found.isAverage
                    ? "uses the averaged weights: \(place); --no-ema selects the others: \(others)"
                    : "uses the weights that are not averaged: \(place); without --no-ema it is \(others)")
        } else if !found.place.isEmpty {
            notes.append("uses \(found.place)")
        }
        if let first = found.besides.first {
            let more = found.besides.count > 1 ? " and \(found.besides.count - 1) more" : ""
            notes.append("ignores what is beside the network: \(CheckpointFacts.shown(first))\(more)")
        }
        return notes
    }

    /// A parameter's values.
    ///
    /// - Parameter name: One of the architecture's.
    /// - Returns: In torchvision's layout, the last extent's next to each other.
    public func values(of name: String) -> [Float] {
        if let values = replaced[name] { return values }
        guard let entry = entries[name] else { preconditionFailure("\(name) is no parameter of \(architecture.name)") }
        let values = file.values(of: entry)
        guard isGray, let stem = architecture.stem, stem.name == name else { return values }
        // All three channels are the same image: the first one takes it, and the sums stay as they are to the bit.
        return values.spread(kernel: stem.shape[2] * stem.shape[3], channels: stem.shape[1])
    }

    /// Refuses a network without a head.
    ///
    /// - Throws: `WeightsError.misfit`.
    public func requireHead() throws(WeightsError) {
        guard !hasHead else { return }
        throw .misfit(
            path: file.path,
            reason: "has no head, expected one; begin a network with it (mammo weights --new-head), and train it")
    }

    /// Makes one logit of a head of two classes: the second's less the first's, of which the logistic function is the softmax
    /// of both. Refuses other heads than that of a trained network.
    ///
    /// - Throws: `WeightsError.misfit`.
    public mutating func requireLogit() throws(WeightsError) {
        try requireHead()
        guard architecture.outputs != 1 else { return }
        if architecture.outputs == 2 { return mergeClasses() }
        throw .misfit(
            path: file.path,
            reason: "has a head of \(architecture.outputs) classes, expected a trained network's one logit; "
                + "begin a network with it (mammo weights --new-head), and train it")
    }

    private mutating func mergeClasses() {
        for entry in architecture.head.entries where entry.shape.first == 2 && [.weight, .bias].contains(entry.role) {
            let values = values(of: entry.name)
            let half = values.count / 2
            replaced[entry.name] = (0..<half).map { Float(Double(values[half + $0]) - Double(values[$0])) }
        }
        architecture = architecture.with(outputs: 1)
    }

    /// Puts a new head of one logit in the place of the old, as `torch.manual_seed(seed)` and
    /// `torch.nn.Linear(channels, 1)` make it; the norm before it begins at one and zero, and the pooling stays.
    ///
    /// - Parameter seed: As torch takes it.
    public mutating func replaceHead(seed: UInt32) {
        architecture = architecture.with(outputs: 1)
        hasHead = true
        // They are of what the old head predicts.
        (metadata.threshold, metadata.calibration) = (nil, nil)
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

extension Normalisation {
    /// Of one channel, as timm makes it of three: the mean of each.
    fileprivate var ofOneChannel: Normalisation {
        func same(_ values: [Float]) -> [Float] {
            [Float](repeating: Float(values.reduce(0) { $0 + Double($1) } / Double(values.count)), count: 3)
        }
        return Normalisation(mean: same(mean), deviation: same(deviation))
    }
}

extension [Float] {
    /// Weights of one input channel as those of several, of which the first has the values and the others zeros.
    fileprivate func spread(kernel: Int, channels: Int) -> [Float] {
        var spread = [Float](repeating: 0, count: count * channels)
        for place in indices {
            let (output, tap) = place.quotientAndRemainder(dividingBy: kernel)
            spread[output * channels * kernel + tap] = self[place]
        }
        return spread
    }
}
