/// How several probabilities become one.
public enum Aggregate: String, CaseIterable, Codable, Sendable {
    /// Their mean.
    case mean
    /// The largest.
    case max
    /// 1 − Π(1 − p): that at least one is true, were they independent.
    case noisyOr = "noisy-or"

    /// One of several.
    ///
    /// - Parameter probabilities: At least one, 0 to 1 each.
    /// - Returns: A probability.
    public func callAsFunction(_ probabilities: ArraySlice<Double>) -> Double {
        switch self {
        case .mean: probabilities.reduce(0, +) / Double(Swift.max(1, probabilities.count))
        case .max: probabilities.max() ?? 0
        case .noisyOr: 1 - probabilities.reduce(1) { $0 * (1 - $1) }
        }
    }
}
