import MammoData

/// How to calibrate.
public struct CalibrationOptions: Sendable {
    /// How scores become probabilities.
    public enum Method: String, CaseIterable, Sendable {
        /// Logistic regression on the logit.
        case platt
        /// Rising steps.
        case isotonic
        /// Not at all: only a threshold is chosen.
        case none
    }

    /// How scores become probabilities.
    public var method = Method.platt
    /// How a breast's images are combined before.
    public var aggregate = Aggregate.mean
    /// What the threshold is chosen for.
    public var goal = ThresholdGoal.bestF1
    /// How many resamples of the patients for intervals; 0 for none.
    public var resamples = 0
    /// Which resamples.
    public var seed: UInt64 = 1
    /// On how many threads.
    public var workers = 1

    /// The defaults.
    public init() {}
}

/// A calibration and a threshold chosen on labelled predictions, of breasts after their images have been combined.
public struct CalibrationFit: Sendable {
    /// What was asked for.
    public let options: CalibrationOptions
    /// What weights record of it.
    public let record: CalibrationRecord
    /// Bins and errors of the scores as they are.
    public let before: Calibration
    /// The same of calibrated scores.
    public let after: Calibration
    /// The mean of the scores as they are.
    public let meanBefore: Double
    /// The mean of calibrated scores.
    public let meanAfter: Double
    /// What follows from the threshold, on the same predictions.
    public let at: Figures.AtThreshold
    /// How sure the threshold and its figures are; nil where it was not asked for.
    public let bootstrap: ThresholdBootstrap?

    /// Fits and chooses.
    ///
    /// - Parameters:
    ///   - tables: Predictions beside labels.
    ///   - files: The names of the files of predictions.
    ///   - options: How to calibrate.
    /// - Throws: `DataError.table` where one of the classes is not there, or scores do not rise with the labels.
    public init(_ tables: JoinedTables, files: [String], options: CalibrationOptions) throws(DataError) {
        let cases = tables.cases(.breast, options.aggregate)
        let (set, path) = (cases.set, files.joined(separator: ", "))
        guard set.positives > 0, set.positives < set.count else {
            throw .table(
                path: path,
                reason: "\(set.positives) of \(set.count) breasts have cancer; expected some of both classes")
        }
        let map: CalibrationMap?
        switch options.method {
        case .none: map = nil
        case .isotonic: map = IsotonicFit(Ranking(set)).map
        case .platt:
            let platt = PlattScaling(set)
            guard platt.map != nil else {
                throw .table(
                    path: path,
                    reason: "Platt's slope is \(platt.slope), expected 0 or more: "
                        + "breasts with cancer have the lower scores")
            }
            map = platt.map
        }
        let calibrated = map.map(cases.calibrated) ?? cases
        let ranking = Ranking(calibrated.set)
        let threshold = options.goal.threshold(of: ranking)
        self.options = options
        record = CalibrationRecord(
            aggregate: options.aggregate, map: map, threshold: threshold, goal: options.goal.description,
            source: .init(files: files, breasts: set.count, positives: set.positives))
        (before, after) = (Calibration(set), Calibration(calibrated.set))
        (meanBefore, meanAfter) = (set.meanScore, calibrated.set.meanScore)
        at = Figures.AtThreshold(calibrated.set, threshold: threshold, beta: 1)
        bootstrap =
            options.resamples == 0
            ? nil
            : ThresholdBootstrap(
                calibrated, threshold: threshold, goal: options.goal, resamples: options.resamples, seed: options.seed,
                workers: options.workers)
    }
}

extension Cases {
    /// With calibrated scores.
    fileprivate func calibrated(by map: CalibrationMap) -> Cases {
        Cases(
            unit: unit, aggregate: aggregate,
            set: ScoredSet(labels: set.labels, scores: set.scores.map(map.calibrated(probability:))), names: names,
            patients: patients, labelRows: labelRows)
    }
}
