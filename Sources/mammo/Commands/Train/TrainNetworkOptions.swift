import ArgumentParser
import MammoGraph
import MammoTrain

/// The network, and which of it learns.
struct TrainNetworkOptions: TrainSettings {
    @Option(
        help: TrainSetting.help(
            "The network: tiny, efficientnet_b0 …", "arch", "name",
            more: """
                ConvNeXt: torchvision's tiny, small, base, large (or convnext_tiny …); timm's nano, pico, femto, atto; micro for trials. \
                EfficientNet: efficientnet_b0 to efficientnet_b5, efficientnet_v2_s, _m and _l.
                """),
        completion: .architectures)
    var arch: String?

    @Option(
        help: ArgumentHelp(
            "Initial weights, or none for random ones.",
            discussion: "torchvision's .pth of ImageNet, or .safetensors.", valueName: "file"),
        completion: .weights)
    var weights: String?

    @Option(
        help: TrainSetting.help(
            "Stochastic depth of the last block.", "drop_path", "p", more: "Earlier blocks have less, in proportion."))
    var dropPath: Double?

    @Option(
        help: ArgumentHelp(
            "Dropout before the head.",
            discussion: "The probability; by default the network's own: none for ConvNeXt.", valueName: "p"))
    var dropout: Double?

    @Option(
        help: TrainSetting.help(
            "Pooling before the head.", "pool",
            more: """
                avg and max as timm's global_pool; gem: the generalised mean, whose exponent is trained from 3 on and is \
                avgpool.p of the weights.
                """))
    var pool: Pooling?

    @Option(
        help: TrainSetting.help(
            "Freeze the first parameters.", "freeze", "count", more: "Counted as torchvision's named_parameters()."))
    var freeze: Int?

    @Option(
        help: TrainSetting.help(
            "Freeze fewer later, as 3:120,6:0.", "unfreeze", "plan",
            more: """
                EPOCH:COUNT freezes the first COUNT parameters from that epoch on, counted from 1; 3:120@1e-5 sets a \
                learning rate too.
                """))
    var unfreeze: UnfreezePlan?

    @Flag(
        inversion: .prefixedNo,
        help: TrainSetting.help(
            "Frozen batch norms keep their statistics.", "freeze_norm",
            more: "PyTorch's are updated though their weights are frozen."))
    var freezeNorm: Bool?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.arch, arch)
        TrainSetting.set(&configuration.weights, weights)
        TrainSetting.set(&configuration.dropPath, dropPath)
        if let dropout { configuration.dropout = dropout }
        TrainSetting.set(&configuration.pool, pool)
        TrainSetting.set(&configuration.freeze, freeze)
        TrainSetting.set(&configuration.unfreeze, unfreeze)
        TrainSetting.set(&configuration.freezeNorm, freezeNorm)
    }
}

/// Which epoch is kept, and when a run ends before its last.
struct TrainSelectionOptions: TrainSettings {
    @Option(
        help: TrainSetting.help(
            "Metric of the best epoch.", "select", more: "It is computed on the validation fold."))
    var select: TrainingConfiguration.SelectionKind?

    @Option(
        help: TrainSetting.help(
            "Epochs' weights that stay, as last=3.", "keep", "epochs",
            more: """
                best.safetensors is always there; last or last=N keeps those of the last epochs, every=N of each N-th, as \
                epoch-012.safetensors; commas between.
                """))
    var keep: KeptEpochs?

    @Option(
        help: ArgumentHelp(
            "Stop early below this best F1; 0 for never.",
            discussion: "Compares the best F1 of breasts after --after epochs.", valueName: "f1"))
    var stopIfBelow: Double?

    @Option(help: TrainSetting.help("Epochs before --stop-if-below.", "after", "n"))
    var after: Int?

    @Option(help: ArgumentHelp("Stop after epochs without a better; 0 for never.", valueName: "n"))
    var patience: Int?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.select, select)
        TrainSetting.set(&configuration.keep, keep)
        TrainSetting.set(&configuration.stopIfBelow, orNone: stopIfBelow)
        TrainSetting.set(&configuration.after, after)
        TrainSetting.set(&configuration.patience, orNone: patience)
    }
}
