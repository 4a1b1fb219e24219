import FoundationEssentials
import MammoData
import MammoGraph

/// What timm records of a network beside its weights: in checkpoints of its training program, and in the config.json of a
/// model on Hugging Face's hub. A state dict alone does not tell an EfficientNet that pads as TensorFlow does, or whose norms
/// have another epsilon, from one that does not.
struct TimmDescription: Equatable, Sendable {
    /// "efficientnet_b0": without the tag of pretrained weights.
    let architecture: String
    /// "ra_in1k": which pretrained weights; nil where none are named.
    let tag: String?
    /// How its inputs are normalised; nil where it does not say.
    var normalisation: Normalisation?
    /// timm's global_pool; nil where it does not say.
    var pool: String?
    /// Settings that make another network of it, as "bn_eps".
    var settings: [String] = []

    /// A network by timm's name.
    ///
    /// - Parameter name: "efficientnet_b0", "efficientnet_b0.ra_in1k", "hf-hub:timm/efficientnet_b0.ra_in1k".
    init(name: String) {
        let parts = (name.split(separator: "/").last ?? "").split(separator: ".", maxSplits: 1).map(String.init)
        architecture = parts.first ?? ""
        tag = parts.count > 1 ? parts[1] : nil
    }

    /// Settings that change no value of a network in evaluation mode, or that its tensors show.
    private static let harmless: Set<String> = [
        "num_classes", "in_chans", "drop_rate", "drop_path_rate", "global_pool", "pretrained", "scriptable",
        "exportable",
    ]

    private mutating func add(settings names: some Sequence<String>) {
        settings += names.filter { !Self.harmless.contains($0) }.sorted()
    }

    private static func normalisation(_ mean: [Float]?, _ deviation: [Float]?) -> Normalisation? {
        guard let mean, let deviation, mean.count == 3, deviation.count == 3, !deviation.contains(0) else { return nil }
        return Normalisation(mean: mean, deviation: deviation)
    }
}

// Checkpoints of timm's train.py, and of programs that name their networks as timm does.
extension TimmDescription {
    /// Reads what a checkpoint says beside its state dict: options of timm's program in `args`.
    ///
    /// - Parameters:
    ///   - name: What the checkpoint calls the network; the result is nil where it does not, or where it is the name of a class,
    ///     which timm's CheckpointSaver records where it is given no options.
    ///   - facts: What the checkpoint says.
    init?(name: String?, _ facts: CheckpointFacts) {
        guard let name, !Network.all.contains(where: { $0.family.lowercased() == name }) else { return nil }
        self.init(name: name)
        normalisation = facts.normalisation(else: nil)
        pool = facts.text("args.gp") ?? facts.text("args.model_kwargs.global_pool")
        switch facts["args.bn_eps"] {
        case nil, .some(.none): break
        case .number(let value) where Float(value) == 1e-5: break
        default: settings.append("bn_eps")
        }
        if facts["args.bn_tf"] == .flag(true) { settings.append("bn_tf") }
        add(settings: Set(facts.names(within: "args.model_kwargs").map { String($0.prefix { $0 != "." }) }))
    }
}

// config.json of Hugging Face's hub.
extension TimmDescription {
    private struct Config: Decodable {
        var architecture: String
        var global_pool: String?
        var mean: [Float]?
        var std: [Float]?
        var model_args: [String: Anything]?
        var pretrained_cfg: Pretrained?

        struct Pretrained: Decodable {
            var mean: [Float]?
            var std: [Float]?
        }
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) {}
    }

    /// Reads the config.json in a file's folder.
    ///
    /// - Parameter path: The weights file; the result is nil where no config.json beside it names an architecture of timm's.
    init?(beside path: String) {
        guard let bytes = try? Files.read("\(Files.folderPrefix(of: path))config.json"),
            let config = try? JSONDecoder().decode(Config.self, from: Data(bytes))
        else { return nil }
        self.init(name: config.architecture)
        normalisation = Self.normalisation(
            config.pretrained_cfg?.mean ?? config.mean, config.pretrained_cfg?.std ?? config.std)
        pool = config.global_pool
        add(settings: (config.model_args ?? [:]).keys)
    }
}
