import ArgumentParser
import MammoTrain

/// The network, and which of it learns.
struct TrainNetworkOptions: TrainSettings {
    @Option(
        help: TrainSetting.help(
            "The ConvNeXt: tiny, small, base …", "arch", "name",
            more: "torchvision's tiny, small, base, large; timm's nano, pico, femto, atto; micro for trials."),
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

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.arch, arch)
        TrainSetting.set(&configuration.weights, weights)
        TrainSetting.set(&configuration.dropPath, dropPath)
        TrainSetting.set(&configuration.freeze, freeze)
        TrainSetting.set(&configuration.unfreeze, unfreeze)
    }
}

/// Which epoch is kept, and when a run ends before its last.
struct TrainSelectionOptions: TrainSettings {
    @Option(
        help: TrainSetting.help(
            "Metric of the best epoch.", "select", more: "It is computed on the validation fold."))
    var select: TrainingConfiguration.SelectionKind?

    @Option(
        help: ArgumentHelp(
            "Stop early below this pF1; 0 for never.",
            discussion: "Compares the best pF1 of breasts after --after epochs.", valueName: "pf1"))
    var stopIfBelow: Double?

    @Option(help: TrainSetting.help("Epochs before --stop-if-below.", "after", "n"))
    var after: Int?

    @Option(help: ArgumentHelp("Stop after epochs without a better; 0 for never.", valueName: "n"))
    var patience: Int?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.select, select)
        TrainSetting.set(&configuration.stopIfBelow, orNone: stopIfBelow)
        TrainSetting.set(&configuration.after, after)
        TrainSetting.set(&configuration.patience, orNone: patience)
    }
}
