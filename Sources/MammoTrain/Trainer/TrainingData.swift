import MammoBase
import MammoCompute
import MammoData
import MammoGraph
import MammoNet

/// What a run is trained and validated on, and how it is judged.
public struct TrainingData: Sendable {
    /// Which images make which batch.
    public let sampler: Sampler
    /// The images to train on.
    public let training: TrainingLoader
    /// The images to validate on.
    public let validation: TrainingLoader
    /// Validation images that the network computes at a time.
    public let validationBatch: Int
    /// What chooses the best epoch.
    public let selection: TrainingConfiguration.SelectionKind
    /// What ends a run before its last epoch.
    public let stopping: EarlyStopping

    /// What a run is trained and validated on.
    ///
    /// - Parameters:
    ///   - sampler: Which images make which batch.
    ///   - training: The images to train on.
    ///   - validation: The images to validate on, whose rows know their breast.
    ///   - validationBatch: Validation images that the network computes at a time.
    ///   - selection: What chooses the best epoch.
    ///   - stopping: What ends a run before its last epoch.
    public init(
        sampler: Sampler, training: TrainingLoader, validation: TrainingLoader, validationBatch: Int,
        selection: TrainingConfiguration.SelectionKind, stopping: EarlyStopping
    ) {
        self.sampler = sampler
        self.training = training
        self.validation = validation
        self.validationBatch = validationBatch
        self.selection = selection
        self.stopping = stopping
    }

    /// Predicts the validation images. Each process predicts a share of them, and all processes get all predictions. `done` is
    /// called after each batch with the number of images done and the number of all images.
    func predict(
        _ network: InferenceNetwork, normalisation: Normalisation, in group: any ProcessGroup,
        done: (_ count: Int, _ all: Int) -> Void
    ) throws -> [ValidationFile.Prediction] {
        let predictor = Predictor(networks: [network], normalisation: normalisation, augmentation: .none)
        // In double precision, and nothing but zeros are added: the sums are the logits.
        var logits = [Double](repeating: 0, count: validation.rows.count)
        try validation.run(validation.plainBatches(of: validationBatch), epoch: 0) { batch in
            guard !batch.range.isEmpty else { return true }
            let first = batch.step * validationBatch + batch.range.lowerBound
            for (place, made) in try predictor.predict(batch.images).enumerated() {
                logits[first + place] = Double(made.logit)
            }
            done(min((batch.step + 1) * validationBatch, logits.count), logits.count)
            return true
        }
        return zip(validation.rows, try group.sum(logits)).map { ValidationFile.Prediction($0, logit: Float($1)) }
    }
}

/// What ends a run before its last epoch.
public struct EarlyStopping: Equatable, Sendable {
    /// A run whose best F1 of breasts is below it is stopped; nil: none is.
    public var floor: Double?
    /// Epochs after which the floor is checked.
    public var floorAfter: Int
    /// Epochs no better than the best after which a run ends; nil: it continues.
    public var patience: Int?

    /// What ends a run before its last epoch.
    ///
    /// - Parameters:
    ///   - floor: A run whose best F1 of breasts is below it is stopped.
    ///   - floorAfter: Epochs after which the floor is checked.
    ///   - patience: Epochs no better than the best after which a run ends.
    public init(floor: Double? = nil, floorAfter: Int = 2, patience: Int? = nil) {
        self.floor = floor
        self.floorAfter = floorAfter
        self.patience = patience
    }

    /// Why a run ends after the epoch that its progress is in; nil where it continues.
    func reason(after progress: TrainingProgress, bestF1: Double) -> String? {
        let done = progress.epoch + 1
        if let floor, done == floorAfter, bestF1 < floor {
            return "the best F1 of breasts is \(bestF1.decimals(4)) after \(done.of("epoch")), below \(floor)"
        }
        // Patience begins anew where a run is given more epochs.
        let extended = (progress.extensions?.last?.epoch ?? 0) - 1
        if let patience, let best = progress.bestEpoch, progress.epoch - max(best, extended) >= patience {
            return "\(patience.of("epoch")) did not improve on epoch \(best + 1)"
        }
        return nil
    }
}
