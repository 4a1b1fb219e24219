import ArgumentParser
import MammoTrain

/// What is trained on, and in which order.
struct TrainDataOptions: TrainSettings {
    @Option(
        help: ArgumentHelp("The folder of {patient}_{image}.png; their size is the network's.", valueName: "folder"))
    var images: String?

    @Option(help: ArgumentHelp("The table with the labels.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("A table of patient_id and fold, as split --folds writes it.", valueName: "file"))
    var foldsFile: String?

    @Option(help: TrainSetting.help("Without --folds-file: how many folds to make.", "folds", "n"))
    var folds: Int?

    @Option(help: ArgumentHelp("Shuffle before making folds, as scikit-learn with this random_state.", valueName: "n"))
    var shuffleSeed: Int?

    @Option(help: TrainSetting.help("The fold to validate on, from 0; all others are trained on.", "fold", "n"))
    var fold: Int?

    @Flag(inversion: .prefixedNo, help: "Go on where images are missing; else that is refused.")
    var leaveOutMissing: Bool?

    @Option(
        help: TrainSetting.help(
            "How an epoch's images are chosen: drawn with replacement by weight, each once in random order, or in the "
                + "table's.", "sampler"))
    var sampler: TrainingConfiguration.SamplerKind?

    @Option(help: TrainSetting.help("How many times as likely an image with cancer is drawn.", "upsample", "factor"))
    var upsample: Double?

    @Option(help: TrainSetting.help("Images with cancer that each batch has at least.", "min_positives", "n"))
    var minPositives: Int?

    @Option(help: TrainSetting.help("Images in a batch, of each process where there are several.", "batch_size", "n"))
    var batchSize: Int?

    @Option(help: TrainSetting.help("How many epochs; of each as many images are drawn as there are.", "epochs", "n"))
    var epochs: Int?

    @Option(help: TrainSetting.help("Augmentations, commas between; grid --augmented shows them.", "augment", "list"))
    var augment: String?

    func apply(to configuration: inout TrainingConfiguration) {
        TrainSetting.set(&configuration.images, images)
        TrainSetting.set(&configuration.csv, csv)
        // Folds to be made take the place of a file's, and the other way round.
        if folds != nil { configuration.foldsFile = nil }
        if foldsFile != nil { configuration.shuffleSeed = nil }
        TrainSetting.set(&configuration.foldsFile, foldsFile.map(Optional.some))
        TrainSetting.set(&configuration.folds, folds)
        TrainSetting.set(&configuration.shuffleSeed, shuffleSeed.map(Optional.some))
        TrainSetting.set(&configuration.fold, fold)
        TrainSetting.set(&configuration.leaveOutMissing, leaveOutMissing)
        TrainSetting.set(&configuration.sampler, sampler)
        TrainSetting.set(&configuration.upsample, upsample)
        TrainSetting.set(&configuration.minPositives, minPositives)
        TrainSetting.set(&configuration.batchSize, batchSize)
        TrainSetting.set(&configuration.epochs, epochs)
        TrainSetting.set(&configuration.augment, augment)
    }
}
