import Glibc

/// What makes calibrated probabilities of a network's scores. It never falls: the order of scores stays, but for scores
/// that become equal.
///
/// It is applied to a breast's score, after its images have been combined: the unit that thresholds are chosen on.
public enum CalibrationMap: Equatable, Sendable {
    /// Platt 1999: the logistic function of slope · logit + intercept, the logit being that of the score. The slope is 0 or
    /// more.
    case platt(slope: Double, intercept: Double)
    /// Straight lines between knots, constant before the first and behind the last: scikit-learn's `IsotonicRegression` with
    /// `out_of_bounds="clip"`. Scores rise, probabilities do not fall; all are 0 to 1.
    case isotonic(scores: [Double], probabilities: [Double])

    /// A calibrated probability.
    ///
    /// - Parameter probability: The score, 0 to 1.
    /// - Returns: 0 to 1; of a greater score no less.
    public func calibrated(probability: Double) -> Double {
        switch self {
        case .platt(let slope, let intercept): logistic(slope * logit(probability) + intercept)
        case .isotonic(let scores, let probabilities): Self.interpolated(probability, scores, probabilities)
        }
    }

    /// Between the knots on either side. The share of the way is at most 1, however near the knots are.
    private static func interpolated(_ score: Double, _ scores: [Double], _ values: [Double]) -> Double {
        guard let last = values.last, let first = values.first, let end = scores.last else { return score }
        guard score < end else { return last }
        guard score > scores[0] else { return first }
        // The first knot above the score.
        var (low, high) = (0, scores.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if scores[middle] <= score { low = middle } else { high = middle }
        }
        let share = (score - scores[low]) / (scores[high] - scores[low])
        return min(values[low] + (values[high] - values[low]) * share, values[high])
    }

    /// `platt` or `isotonic`.
    public var method: String {
        switch self {
        case .platt: "platt"
        case .isotonic: "isotonic"
        }
    }

    /// What is wrong with the parameters; nil where nothing is.
    fileprivate var problem: String? {
        switch self {
        case .platt(let slope, let intercept):
            return slope >= 0 && slope.isFinite && intercept.isFinite ? nil : "slope is \(slope), expected 0 or more"
        case .isotonic(let scores, let probabilities):
            guard !scores.isEmpty, scores.count == probabilities.count else {
                return "\(scores.count) scores and \(probabilities.count) probabilities, expected as many of both"
            }
            let isInRange = (scores + probabilities).allSatisfy { (0...1).contains($0) }
            let rises = zip(scores, scores.dropFirst()).allSatisfy { $0 < $1 }
            let neverFalls = zip(probabilities, probabilities.dropFirst()).allSatisfy { $0 <= $1 }
            return isInRange && rises && neverFalls ? nil : "the knots do not rise within 0 to 1"
        }
    }
}

/// `{"intercept", "method": "platt", "slope"}` or `{"method": "isotonic", "probabilities", "scores"}`.
extension CalibrationMap: Codable {
    private enum CodingKeys: String, CodingKey {
        case method, slope, intercept, scores, probabilities
    }

    /// Reads a map.
    ///
    /// - Throws: `DecodingError` where the method is unknown or parameters are out of range.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let method = try container.decode(String.self, forKey: .method)
        func numbers(_ key: CodingKeys) throws -> [Double] { try container.decode([Double].self, forKey: key) }
        func number(_ key: CodingKeys) throws -> Double { try container.decode(Double.self, forKey: key) }
        switch method {
        case "platt": self = .platt(slope: try number(.slope), intercept: try number(.intercept))
        case "isotonic":
            self = .isotonic(scores: try numbers(.scores), probabilities: try numbers(.probabilities))
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .method, in: container, debugDescription: "method is '\(method)', expected platt or isotonic")
        }
        if let problem {
            throw DecodingError.dataCorruptedError(forKey: .method, in: container, debugDescription: problem)
        }
    }

    /// Writes the method and its parameters.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(method, forKey: .method)
        switch self {
        case .platt(let slope, let intercept):
            try container.encode(slope, forKey: .slope)
            try container.encode(intercept, forKey: .intercept)
        case .isotonic(let scores, let probabilities):
            try container.encode(scores, forKey: .scores)
            try container.encode(probabilities, forKey: .probabilities)
        }
    }
}

/// The logit of a probability, log(p / (1 − p)); of 0 and 1 that of the numbers nearest to them that have a finite one, about
/// ±36.7.
package func logit(_ probability: Double) -> Double {
    let inside = min(max(probability, 0x1p-53), 1 - 0x1p-53)
    return log(inside) - log1p(-inside)
}
