/// Curves of many thousand steps in as few points as a chart can show.
package enum Thinning {
    /// Each value pulled towards those before it: an exponential mean that gives the first values no more weight than the
    /// others, as TensorBoard's slider does. Values that are not finite are passed over.
    ///
    /// - Parameters:
    ///   - values: In order.
    ///   - span: About how many values the mean is over, 1 or more.
    /// - Returns: As many values.
    package static func smoothed(_ values: [Double], span: Double) -> [Double] {
        let keep = 1 - 1 / max(span, 1)
        var (sum, weight) = (0.0, 0.0)
        return values.map { value in
            if value.isFinite { (sum, weight) = (keep * sum + (1 - keep) * value, keep * weight + (1 - keep)) }
            return weight > 0 ? sum / weight : .nan
        }
    }

    /// Where a curve's ups and downs are: the lowest and the highest value of each of `stretches` stretches, and both ends.
    ///
    /// - Parameters:
    ///   - values: In order.
    ///   - stretches: How many.
    /// - Returns: Rising places in `values`, of finite ones alone.
    package static func extremes(_ values: [Double], stretches: Int) -> [Int] {
        let places = values.indices.filter { values[$0].isFinite }
        guard places.count > 2 * stretches else { return places }
        var kept: Set<Int> = [places[0], places[places.count - 1]]
        for stretch in 0..<stretches {
            let part = places[stretch * places.count / stretches..<(stretch + 1) * places.count / stretches]
            if let lowest = part.min(by: { values[$0] < values[$1] }) { kept.insert(lowest) }
            if let highest = part.max(by: { values[$0] < values[$1] }) { kept.insert(highest) }
        }
        return kept.sorted()
    }

    /// About where most values end: a few first steps may lie far above all others, and would flatten the curve.
    ///
    /// - Parameter values: Any.
    /// - Returns: What all but a hundredth of the finite values are below; 0 where there is none.
    package static func most(_ values: [Double]) -> Double {
        let sorted = values.filter(\.isFinite).sorted()
        return sorted.isEmpty ? 0 : sorted[(sorted.count - 1) * 99 / 100]
    }
}
