import ArgumentParser
import MammoData
import MammoTrain

/// What is trained on, and in which order.
struct TrainDataOptions: TrainSettings {
    @Option(
        help: ArgumentHelp(
            "The folder of PNGs from mammo preprocess.", discussion: "Their size is the network's input size.",
            valueName: "folder"),
        completion: .directory)
    var images: String?

    @Option(help: ArgumentHelp("The table of images with labels.", valueName: "file"), completion: .table)
    var csv: String?

    @Option(
        help: ArgumentHelp("The folds.csv that mammo split --folds writes.", valueName: "file"), completion: .table)
    var foldsFile: String?

    @Option(help: TrainSetting.help("Folds to make without --folds-file.", "folds", "n"))
    var folds: Int?

    @Option(help: ArgumentHelp("Shuffle before making folds, with this seed.", valueName: "n"))
    var shuffleSeed: Int?

    @Option(help: TrainSetting.help("The validation fold, from 0.", "fold", "n"))
    var fold: Int?

    @Flag(inversion: .prefixedNo, help: "Skip images that are missing from the folder.")
    var leaveOutMissing: Bool?

    @Option(
        help: TrainSetting.help(
            "How images are drawn.", "sampler",
            more: "weighted: with replacement; shuffled: each once in random order; sequential: in the table's order."))
    var sampler: TrainingConfiguration.SamplerKind?

    @Option(help: TrainSetting.help("Weight of images with cancer.", "upsample", "factor"))
    var upsample: Double?

    @Option(
        help: ArgumentHelp(
            "Share of draws with cancer, as 1/7.",
            discussion: "Replaces --upsample; --min-positives adds to it.", valueName: "share"))
    var positiveFraction: PositiveFraction?

    @Option(
        help: TrainSetting.help(
            "Weights, as dataset=vindr:0.5,cmmd:2.", "upsample_by", "weights",
            more: "The table's column dataset says which image is of which; data sets that are not named have 1."))
    var upsampleBy: DatasetWeights?

    @Option(help: TrainSetting.help("Least images with cancer per batch.", "min_positives", "n"))
    var minPositives: Int?

    @Option(
        help: TrainSetting.help(
            "Images per batch.", "batch_size", "n", more: "Of each process, where several train together."))
    var batchSize: Int?

    @Option(
        help: TrainSetting.help(
            "Number of epochs.", "epochs", "n",
            more: "An epoch draws as many images as there are in the training folds."))
    var epochs: Int?

    @Option(
        help: TrainSetting.help(
            "Augmentations as hflip,rotate=15.", "augment", "list",
            more: "mammo grid --help lists them, and mammo grid --augmented draws them."),
        completion: .augmentations)
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
        // Each takes the place of the other in a file.
        if upsample != nil { configuration.positiveFraction = nil }
        if positiveFraction != nil { configuration.upsample = TrainingConfiguration().upsample }
        TrainSetting.set(&configuration.upsample, upsample)
        TrainSetting.set(&configuration.positiveFraction, positiveFraction.map(Optional.some))
        TrainSetting.set(&configuration.upsampleBy, upsampleBy)
        TrainSetting.set(&configuration.minPositives, minPositives)
        TrainSetting.set(&configuration.batchSize, batchSize)
        TrainSetting.set(&configuration.epochs, epochs)
        TrainSetting.set(&configuration.augment, augment)
    }
}
