/// A network as a value: its segments in order, the last of them the head that gives the logits.
public struct Network: Equatable, Sendable {
    /// What `--arch` calls it.
    public let name: String
    /// The family it belongs to, for messages: "ConvNeXt".
    public let family: String
    /// From the image to the last feature map.
    public let features: [Segment]
    /// From the last feature map to the logits: N×1×1×outputs.
    public let head: Segment
    /// Outputs of the head: 1 for the reference pipeline's logit, 1000 for ImageNet.
    public let outputs: Int
    /// How gray becomes input where the weights do not say.
    public let normalisation: Normalisation
    /// The fewest rows and columns of an image.
    public let minimumSide: Int
    /// The features and the head.
    public let segments: [Segment]
    /// All entries of torchvision's state dict, in its order.
    public let entries: [ParameterSpec]
    /// PyTorch's `named_parameters`: the entries that are trained, in order.
    public let parameters: [ParameterSpec]

    /// A network.
    ///
    /// - Parameters:
    ///   - name: What `--arch` calls it.
    ///   - family: The family it belongs to.
    ///   - features: From the image to the last feature map.
    ///   - head: From the last feature map to the logits; its last layer is a product.
    ///   - normalisation: How gray becomes input where the weights do not say.
    ///   - minimumSide: The fewest rows and columns of an image.
    public init(
        _ name: String, family: String, features: [Segment], head: Segment,
        normalisation: Normalisation = .imageNet, minimumSide: Int = 32
    ) {
        guard case .linear(let classifier) = head.layers.last else {
            preconditionFailure("a head ends with a product")
        }
        self.name = name
        self.family = family
        self.features = features
        self.head = head
        outputs = classifier.outputs
        self.normalisation = normalisation
        self.minimumSide = minimumSide
        segments = features + [head]
        entries = segments.flatMap(\.entries)
        parameters = entries.filter(\.isTrained)
    }

    /// For each segment the number of its layer, from 0, where learning rates differ by layer; the head's is the last.
    public var layerNumbers: [Int] {
        var (number, isJoined) = (-1, false)
        return segments.map { segment in
            if !isJoined, segment.joins != .previous { number += 1 }
            isJoined = segment.joins == .next
            return number
        }
    }

    /// Whether it normalises with statistics of a batch.
    public var hasBatchNorm: Bool { entries.contains { $0.role == .runningMean } }

    /// Channels of the last feature map.
    public var width: Int {
        guard case .linear(let classifier) = head.layers.last else { return 0 }
        return classifier.inputs
    }

    /// The same network with another number of outputs.
    ///
    /// - Parameter outputs: Outputs of the head.
    /// - Returns: The network.
    public func with(outputs: Int) -> Network {
        with { body in
            if let last = body.popLast(), case .linear(let classifier) = last.layer {
                body.append(
                    Child(last.name, .linear(Linear(classifier.inputs, outputs, initial: classifier.initial))))
            }
        }
    }

    /// How its head makes one position of the last feature map's.
    public var pooling: Pooling {
        guard case .pool(let pooling) = head.layers.first else { return .mean }
        return pooling
    }

    /// The same network with another pooling before its head, as timm's `global_pool`. The exponent of a generalised mean is
    /// `avgpool.p`, between the features and the classifier: what the state dict has where `avgpool` is a module with a
    /// parameter `p`.
    ///
    /// - Parameter pooling: What the head is to begin with.
    /// - Returns: The network.
    public func with(pooling: Pooling) -> Network {
        guard pooling != self.pooling else { return self }
        return with { body in
            if case .pool = body.first?.layer { body[0] = Child("avgpool", .pool(pooling)) }
        }
    }

    /// The same network with another probability of dropout before the head's product, as timm's `drop_rate`.
    ///
    /// - Parameter dropout: From 0 up to but without 1; 0 for none.
    /// - Returns: The network.
    public func with(dropout: Double) -> Network {
        with { body in
            body.removeAll { if case .dropout = $0.layer { true } else { false } }
            if dropout > 0 { body.insert(Child("", .dropout(dropout)), at: body.count - 1) }
        }
    }

    /// The same network with a changed head.
    private func with(head change: (inout [Child]) -> Void) -> Network {
        var body = head.body
        change(&body)
        return Network(
            name, family: family, features: features,
            head: Segment(head.name, prefix: head.prefix, stage: nil, body),
            normalisation: normalisation, minimumSide: minimumSide)
    }
}
