import ArgumentParser
import MammoTrain

/// The network, and which of it learns.
struct TrainNetworkOptions: TrainSettings {
    @Option(
        help: TrainSetting.help(
            "The ConvNeXt: torchvision's tiny, small, base, large, timm's nano, pico, femto, atto, or micro for trials.",
            "arch", "name"))
    var arch: String?

    @Option(
        help: ArgumentHelp(
            "Weights to begin with: torchvision's .pth of ImageNet, .safetensors, or none for random ones.",
            valueName: "file"))
    var weights: String?

    @Option(
        help: TrainSetting.help("How often the last block's branch is dropped; earlier ones less.", "drop_path", "p"))
    var dropPath: Double?

    @Option(
        help: TrainSetting.help("Leave the first of torchvision's named_parameters() as they are.", "freeze", "count"))
    var freeze: Int?

    @Option(
        help: TrainSetting.help(
            "Freeze fewer from an epoch on, counted from 1, as 3:120,6:0; 3:120@1e-5 with its own learning rate.",
            "unfreeze", "plan"))
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
    @Option(help: TrainSetting.help("By what the best epoch is chosen, on the fold for validation.", "select"))
    var select: TrainingConfiguration.SelectionKind?

    @Option(
        help: ArgumentHelp(
            "End a dud: stop where the best pF1 of breasts is below this after --after epochs; 0 for never.",
            valueName: "pf1"))
    var stopIfBelow: Double?

    @Option(help: TrainSetting.help("After how many epochs --stop-if-below looks.", "after", "epochs"))
    var after: Int?

    @Option(help: ArgumentHelp("End after so many epochs without a better one; 0 for never.", valueName: "epochs"))
    var patience: Int?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.select, select)
        TrainSetting.set(&configuration.stopIfBelow, orNone: stopIfBelow)
        TrainSetting.set(&configuration.after, after)
        TrainSetting.set(&configuration.patience, orNone: patience)
    }
}
