import MammoScore

/// A line of epochs.csv: an epoch and how the network did on the fold that it was not trained on.
public struct EpochRecord: Equatable, Sendable {
    /// How images, or breasts, were told apart.
    public struct Scores: Equatable, Sendable {
        /// pF1: of the probabilities as they are.
        public var pf1: Double
        /// The best F1 of the blog post's twenty thresholds.
        public var gridF1: Double
        /// The first threshold that has it.
        public var gridThreshold: Double
        /// The best F1 of all thresholds.
        public var bestF1: Double
        /// The threshold that has it: the middle of the widest stretch.
        public var threshold: Double
        /// The area under the ROC curve; nil where one of the classes is not there.
        public var areaUnderROC: Double?
        /// Average precision.
        public var averagePrecision: Double

        /// Takes them from all scores of a set.
        ///
        /// - Parameter figures: Of images or of breasts.
        public init(_ figures: Figures) {
            (pf1, gridF1, gridThreshold) = (figures.pf1, figures.grid_f1, figures.grid_threshold)
            (bestF1, threshold) = (figures.best_f1, figures.best_threshold)
            (areaUnderROC, averagePrecision) = (figures.roc_auc, figures.average_precision)
        }
    }

    /// The epoch, from 1.
    public var epoch: Int
    /// Steps of the run by its end.
    public var steps: Int
    /// The mean loss of its steps.
    public var trainLoss: Double
    /// The loss on the fold for validation, weighted as in training.
    public var validationLoss: Double
    /// Scores by image.
    public var images: Scores
    /// Scores by breast, the mean of its images' probabilities.
    public var breasts: Scores
    /// The learning rate of its last step.
    public var lr: Double
    /// How long it took, validation and all.
    public var seconds: Double
    /// How many images a second were trained on.
    public var imagesPerSecond: Double
    /// Whether it was the best so far, so that its weights were kept.
    public var isBest: Bool
    /// The share of the training's time, 0 to 1, in which the device had nothing to do because images were not there yet; nil
    /// in what earlier versions wrote.
    public var waitShare: Double?

    /// One epoch.
    ///
    /// - Parameters:
    ///   - epoch: The epoch, from 1.
    ///   - steps: Steps of the run by its end.
    ///   - trainLoss: The mean loss of its steps.
    ///   - validationLoss: The loss on the fold for validation, weighted as in training.
    ///   - images: Scores by image.
    ///   - breasts: Scores by breast.
    ///   - lr: The learning rate of its last step.
    ///   - seconds: How long it took, validation and all.
    ///   - imagesPerSecond: How many images a second were trained on.
    ///   - isBest: Whether it was the best so far.
    ///   - waitShare: The share of the training's time in which the device waited for images.
    public init(
        epoch: Int, steps: Int, trainLoss: Double, validationLoss: Double, images: Scores, breasts: Scores, lr: Double,
        seconds: Double, imagesPerSecond: Double, isBest: Bool, waitShare: Double? = nil
    ) {
        (self.epoch, self.steps, self.trainLoss, self.validationLoss) = (epoch, steps, trainLoss, validationLoss)
        (self.images, self.breasts, self.lr, self.seconds) = (images, breasts, lr, seconds)
        (self.imagesPerSecond, self.isBest, self.waitShare) = (imagesPerSecond, isBest, waitShare)
    }
}

extension EpochRecord {
    /// Whether a fifth of the training's time or more, and about ten seconds, were spent waiting for images: more readers, or a
    /// cache, would make it faster.
    public var waitsForImages: Bool {
        guard let waitShare else { return false }
        return waitShare >= 0.2 && waitShare * seconds >= 10
    }
}

extension EpochRecord.Scores {
    /// The columns' names, of images or of breasts.
    static func columns(_ unit: String) -> [String] {
        [
            "pf1", "grid_f1", "grid_threshold", "best_f1", "best_threshold", "roc_auc", "average_precision",
        ].map { "\($0)_\(unit)" }
    }

    /// Empty where the area is not defined.
    var fields: [String] {
        [
            "\(pf1)", "\(gridF1)", "\(gridThreshold)", "\(bestF1)", "\(threshold)",
            areaUnderROC.map { "\($0)" } ?? "", "\(averagePrecision)",
        ]
    }

    init?(fields: ArraySlice<String>) {
        let values = fields.map { Double($0) }
        guard values.count == 7, let pf1 = values[0], let gridF1 = values[1], let gridThreshold = values[2],
            let bestF1 = values[3], let threshold = values[4], let averagePrecision = values[6]
        else { return nil }
        (self.pf1, self.gridF1, self.gridThreshold) = (pf1, gridF1, gridThreshold)
        (self.bestF1, self.threshold, self.averagePrecision) = (bestF1, threshold, averagePrecision)
        areaUnderROC = values[5]
    }
}

extension EpochRecord: RunRecord {
    /// The header.
    public static let columns =
        ["epoch", "steps", "train_loss", "validation_loss"] + Scores.columns("image") + Scores.columns("breast")
        + ["lr", "seconds", "images_per_second", "best", "data_wait_fraction"]

    /// The headers of earlier versions, which lacked the last column, and of those which called F1 at a threshold pF1 too.
    public static let formerColumns = [
        Array(columns.dropLast()),
        columns.dropLast().map { column in
            column.replacing("grid_f1", with: "grid_pf1").replacing("best_f1", with: "best_pf1")
        },
    ]

    /// What rises from line to line.
    public var number: Int { epoch }

    /// As many as columns.
    public var fields: [String] {
        ["\(epoch)", "\(steps)", "\(trainLoss)", "\(validationLoss)"] + images.fields + breasts.fields
            + ["\(lr)", "\(seconds)", "\(imagesPerSecond)", isBest ? "1" : "0", waitShare.map { "\($0)" } ?? ""]
    }

    /// Reads what `fields` wrote, here or in an earlier version; nil for anything else.
    public init?(fields: [String]) {
        let isFormer = fields.count == Self.columns.count - 1
        guard isFormer || fields.count == Self.columns.count, let epoch = Int(fields[0]), let steps = Int(fields[1]),
            let trainLoss = Double(fields[2]), let validationLoss = Double(fields[3]),
            let images = Scores(fields: fields[4..<11]), let breasts = Scores(fields: fields[11..<18]),
            let lr = Double(fields[18]), let seconds = Double(fields[19]), let rate = Double(fields[20]),
            ["0", "1"].contains(fields[21]), isFormer || fields[22].isEmpty || Double(fields[22]) != nil
        else { return nil }
        self.init(
            epoch: epoch, steps: steps, trainLoss: trainLoss, validationLoss: validationLoss, images: images,
            breasts: breasts, lr: lr, seconds: seconds, imagesPerSecond: rate, isBest: fields[21] == "1",
            waitShare: isFormer ? nil : Double(fields[22]))
    }
}
