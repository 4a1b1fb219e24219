/// A figure with how far it may be off.
public struct Interval: Codable, Equatable, Sendable {
    /// 2.5 % of the resamples gave less.
    public let lower: Double
    /// 97.5 % of the resamples gave less.
    public let upper: Double
    /// In how many resamples the figure was defined.
    public let resamples: Int

    /// The middle 95 % of values.
    ///
    /// - Parameter values: In any order; nil of none.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        lower = Self.quantile(sorted, 0.025)
        upper = Self.quantile(sorted, 0.975)
        resamples = values.count
    }

    /// Between the two nearest values, as `numpy.percentile` has it.
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
