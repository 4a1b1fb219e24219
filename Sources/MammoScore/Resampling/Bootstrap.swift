import MammoData
import Synchronization

/// How far figures may be off for want of patients: patients are drawn with replacement, all their cases with them, and
/// every figure computed again, its threshold chosen again too (Efron and Tibshirani 1993, chapter 13: percentile intervals).
///
/// Resample k draws from `SplitMix64(seed:stream: k)`, so that the results are the same on any number of threads.
public struct Bootstrap: Sendable {
    /// pF1: of the scores as they are.
    public let pf1: Interval?
    /// The F score at the threshold that is best in the resample itself.
    public let best: Interval?
    /// That threshold.
    public let threshold: Interval?
    /// The out-of-bag F score: of the patients that were not drawn, at that threshold.
    public let leftOut: Interval?
    /// The mean of the same.
    public let leftOutMean: Double?
    /// The F score at the one threshold that was given.
    public let fixed: Interval?
    /// The area under the ROC curve.
    public let areaUnderROC: Interval?
    /// Average precision.
    public let averagePrecision: Interval?

    /// Draws and scores.
    ///
    /// - Parameters:
    ///   - cases: What is scored.
    ///   - threshold: The threshold of `fixed`.
    ///   - beta: How many times as much recall weighs as precision.
    ///   - resamples: How many; above 0.
    ///   - seed: Which ones.
    ///   - workers: On how many threads.
    public init(_ cases: Cases, threshold: Double, beta: Double, resamples: Int, seed: UInt64, workers: Int) {
        let plan = Resampling(cases, threshold: threshold, beta: beta)
        let results = Mutex([Resampling.Figures?](repeating: nil, count: resamples))
        WorkerPool(workers: workers).run(count: resamples) { number in
            let figures = plan.resample(SplitMix64(seed: seed, stream: UInt64(number)))
            results.withLock { $0[number] = figures }
            return true
        }
        let figures = results.withLock { $0 }.compactMap { $0 }
        pf1 = Interval(figures.map(\.pf1))
        best = Interval(figures.map(\.best))
        self.threshold = Interval(figures.map(\.threshold))
        let leftOut = figures.compactMap(\.leftOut)
        self.leftOut = Interval(leftOut)
        leftOutMean = leftOut.isEmpty ? nil : leftOut.reduce(0, +) / Double(leftOut.count)
        fixed = Interval(figures.map(\.fixed))
        areaUnderROC = Interval(figures.compactMap(\.areaUnderROC))
        averagePrecision = Interval(figures.map(\.averagePrecision))
    }
}
