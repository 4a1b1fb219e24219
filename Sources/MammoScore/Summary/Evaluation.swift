import MammoBase
import MammoData

/// How to score.
public struct EvaluationOptions: Sendable {
    /// The unit that is reported in detail.
    public var unit: Unit = .breast
    /// How the scores of a unit become one.
    public var aggregate: Aggregate = .mean
    /// The threshold; nil for the one recommended for the unit.
    public var threshold: Double?
    /// How many times as much recall weighs as precision; above 0.
    public var beta = 1.0
    /// The step of the grid, above 0 and at most 1.
    public var grid = 0.05
    /// How many resamples of the patients; 0 for none.
    public var resamples = 0
    /// Which resamples.
    public var seed: UInt64 = 1
    /// On how many threads.
    public var workers = 1
    /// How many false negatives and how many false positives are listed; 0 for none.
    public var worst = 0

    /// The defaults.
    public init() {}
}

/// All scores of predictions against their labels.
public struct Evaluation: Sendable {
    /// What was asked for.
    public let options: EvaluationOptions
    /// What is reported in detail.
    public let cases: Cases
    /// Its ranking.
    public let ranking: Ranking
    /// Its scores.
    public let main: Figures
    /// Scores of every unit and aggregate, each at its own recommended threshold or at the one given.
    public let units: [Figures]
    /// Scores of groups of the main unit's cases.
    public let groups: [GroupFigures]
    /// The false negatives and false positives that are most confident.
    public let worst: [WorstCase]
    /// Its calibration.
    public let calibration: Calibration
    /// How sure it is; nil where it was not asked for.
    public let bootstrap: Bootstrap?
    /// What the threshold is worth elsewhere; nil without folds.
    public let nested: NestedThreshold?
    /// What to beware of, a line each.
    public let warnings: [String]

    /// Computes everything.
    ///
    /// - Parameters:
    ///   - tables: Predictions beside labels.
    ///   - folds: Every patient's fold, for the nested figure; nil for those that the predictions name, if they do.
    ///   - options: How to score.
    /// - Throws: `DataError` where the unit is not there or the folds do not fit.
    public init(_ tables: JoinedTables, folds: FoldTable?, options: EvaluationOptions) throws(DataError) {
        guard tables.units.contains(options.unit) else {
            throw .table(
                path: tables.labels.path, reason: "there are no images to score: the predictions are of breasts")
        }
        func figures(_ cases: Cases, _ ranking: Ranking) -> Figures {
            Figures(cases, ranking: ranking, threshold: options.threshold, beta: options.beta, grid: options.grid)
        }
        let cases = tables.cases(options.unit, options.aggregate)
        let ranking = Ranking(cases.set)
        let main = figures(cases, ranking)
        var units: [Figures] = []
        for unit in tables.units {
            for aggregate in unit == tables.units.first ? [options.aggregate] : Aggregate.allCases {
                if unit == options.unit && (aggregate == options.aggregate || unit == tables.units.first) {
                    units.append(main)
                } else {
                    let other = tables.cases(unit, aggregate)
                    units.append(figures(other, Ranking(other.set)))
                }
            }
        }
        let threshold = main.at_threshold.threshold
        groups = GroupFigures.all(of: cases, in: tables, threshold: threshold, beta: options.beta)
        worst = WorstCase.most(options.worst, of: cases, in: tables.labels, threshold: threshold)
        bootstrap =
            options.resamples == 0
            ? nil
            : Bootstrap(
                cases, threshold: threshold, beta: options.beta, resamples: options.resamples, seed: options.seed,
                workers: options.workers)
        nested = try (folds ?? tables.folds).map { (folds) throws(DataError) in
            try NestedThreshold(cases, folds: folds, beta: options.beta)
        }
        calibration = Calibration(cases.set)
        warnings = Self.warnings(of: cases.set)
        (self.options, self.cases, self.ranking, self.main, self.units) = (options, cases, ranking, main, units)
    }

    /// A mean prediction above this many times the base rate is no probability any more.
    static let mostTimesBaseRate = 2.0

    private static func warnings(of set: ScoredSet) -> [String] {
        var warnings: [String] = []
        if set.positives == 0 { warnings.append("no positives: pF1, F1 and average precision are 0") }
        if set.positives == set.count { warnings.append("all are positive: ROC-AUC and specificity are not defined") }
        let isHard = set.scores.allSatisfy { $0 == 0 || $0 == 1 }
        if !isHard && set.positives > 0 && set.meanScore > mostTimesBaseRate * set.baseRate {
            warnings.append(
                "the mean prediction, \(percent(set.meanScore)), is \((set.meanScore / set.baseRate).decimals(1)) times "
                    + "the base rate, \(percent(set.baseRate)), as pos_weight or oversampling makes it: the pF1 of these "
                    + "predictions as they are means little; look at the one at a threshold")
        }
        return warnings
    }

    private static func percent(_ share: Double) -> String { "\((100 * share).decimals(2)) %" }
}
