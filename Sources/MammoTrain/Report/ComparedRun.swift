import MammoBase
import MammoData

/// A run as others are compared with it: what its folder says, whether it is over or goes on.
public struct ComparedRun: Sendable {
    /// The folder, as it was named.
    public let path: String
    /// Every parameter.
    public let configuration: TrainingConfiguration
    /// The lines of steps.csv.
    public let steps: [StepRecord]
    /// The lines of epochs.csv.
    public let epochs: [EpochRecord]
    /// What it is called among the others: the folder's name, or the path where names are alike.
    public internal(set) var name: String

    /// Reads a run's folder.
    ///
    /// - Parameter path: The folder.
    /// - Throws: `DataError` where it holds no run, or a table of it cannot be read.
    public init(_ path: String) throws(DataError) {
        self.path = path
        configuration = try RunFolder.configuration(in: path)
        steps = try Self.table("\(path)/steps.csv")
        epochs = try Self.table("\(path)/epochs.csv")
        name = Files.name(of: path)
    }

    /// A run whose records are known.
    package init(
        name: String, path: String, configuration: TrainingConfiguration, steps: [StepRecord], epochs: [EpochRecord]
    ) {
        (self.name, self.path, self.configuration) = (name, path, configuration)
        (self.steps, self.epochs) = (steps, epochs)
    }

    /// A table; nothing where the run has not begun it.
    private static func table<Record: RunRecord>(_ path: String) throws(DataError) -> [Record] {
        guard Files.status(of: path) != nil else { return [] }
        return try RunLog<Record>.read(path)
    }

    /// The epoch whose weights are kept.
    public var best: EpochRecord? { epochs.last(where: \.isBest) }

    /// What is compared: names as in epochs.csv, of the best epoch where the name does not say otherwise; nil where the run has
    /// no such figure yet.
    public var metrics: [(name: String, value: Double?)] {
        let breasts = best?.breasts
        let rates = epochs.map(\.imagesPerSecond).sorted()
        return [
            ("epochs", Double(epochs.count)), ("steps", Double(steps.last?.step ?? 0)),
            ("best_epoch", best.map { Double($0.epoch) }), ("best_f1_breast", breasts?.bestF1),
            ("best_threshold_breast", breasts?.threshold), ("pf1_breast", breasts?.pf1),
            ("roc_auc_breast", breasts?.areaUnderROC), ("average_precision_breast", breasts?.averagePrecision),
            ("train_loss", best?.trainLoss), ("validation_loss", best?.validationLoss),
            ("last_train_loss", epochs.last?.trainLoss), ("last_validation_loss", epochs.last?.validationLoss),
            ("images_per_second", rates.isEmpty ? nil : rates[rates.count / 2]),
            ("seconds", epochs.isEmpty ? nil : epochs.reduce(0) { $0 + $1.seconds }),
        ]
    }
}
