import MammoData
import Synchronization

/// How far a threshold and what follows from it may be off for want of patients: they are drawn as for `Bootstrap`. A resample
/// without cancers has neither a threshold nor a recall, precision or F1 score, one without others no specificity.
public struct ThresholdBootstrap: Sendable {
    /// The threshold, chosen again in each resample for the same goal.
    public let threshold: Interval?
    /// Figures at the one threshold that was given: the F1 score.
    public let f1: Interval?
    /// TP / (TP + FP).
    public let precision: Interval?
    /// TP / (TP + FN): sensitivity.
    public let recall: Interval?
    /// TN / (TN + FP).
    public let specificity: Interval?
    /// (TP + FP) / all.
    public let recallRate: Interval?

    /// Draws and chooses.
    ///
    /// - Parameters:
    ///   - cases: What is scored.
    ///   - threshold: The threshold of the figures.
    ///   - goal: What thresholds are chosen for.
    ///   - resamples: How many; above 0.
    ///   - seed: Which ones.
    ///   - workers: On how many threads.
    public init(_ cases: Cases, threshold: Double, goal: ThresholdGoal, resamples: Int, seed: UInt64, workers: Int) {
        let plan = Resampling(cases, threshold: threshold, beta: 1)
        let results = Mutex([(threshold: Double, confusion: Confusion)?](repeating: nil, count: resamples))
        WorkerPool(workers: workers).run(count: resamples) { number in
            let draw = plan.draw(SplitMix64(seed: seed, stream: UInt64(number)))
            let found = (goal.threshold(of: draw.ranking), draw.confusion)
            results.withLock { $0[number] = found }
            return true
        }
        let draws = results.withLock { $0 }.compactMap { $0 }
        let withCancers = draws.filter { $0.confusion.positives > 0 }
        self.threshold = Interval(withCancers.map(\.threshold))
        f1 = Interval(withCancers.map { $0.confusion.f() })
        precision = Interval(withCancers.map(\.confusion.precision))
        recall = Interval(withCancers.map(\.confusion.recall))
        specificity = Interval(draws.filter { $0.confusion.negatives > 0 }.map(\.confusion.specificity))
        recallRate = Interval(draws.map(\.confusion.recallRate))
    }
}
