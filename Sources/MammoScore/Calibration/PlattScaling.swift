import Glibc
import MammoData

/// Platt's scaling (Platt 1999, Probabilistic outputs for support vector machines): logistic regression of the label on the
/// score's logit, with smoothed targets, as scikit-learn's `CalibratedClassifierCV(method="sigmoid")` fits it. Newton's method
/// with backtracking (Lin, Lin and Weng 2007, doi:10.1007/s10994-007-5018-6) finds the one minimum of the convex loss.
public struct PlattScaling: Equatable, Sendable {
    /// What the logit is multiplied with.
    public private(set) var slope: Double
    /// What is added.
    public private(set) var intercept: Double

    private static let mostSteps = 100
    private static let leastGradient = 1e-10

    /// Fits both.
    ///
    /// - Parameter set: Labels and scores; one class or none will do, since targets are smoothed.
    public init(_ set: ScoredSet) {
        let (positives, negatives) = (Double(set.positives), Double(set.count - set.positives))
        let (high, low) = ((positives + 1) / (positives + 2), 1 / (negatives + 2))
        let points = zip(set.labels, set.scores).map { Point(logit: logit($1), target: $0 ? high : low) }
        (slope, intercept) = (0, log((positives + 1) / (negatives + 1)))
        var loss = Self.loss(points, slope, intercept)
        for _ in 0..<Self.mostSteps {
            let step = Self.step(points, slope, intercept)
            guard step.gradient > Self.leastGradient else { return }
            var length = 1.0
            var next = loss
            repeat {
                next = Self.loss(points, slope - length * step.slope, intercept - length * step.intercept)
                if next < loss { break }
                length /= 2
            } while length > 1e-10
            // No shorter step is better: rounding decides from here on.
            guard next < loss else { return }
            (slope, intercept) = (slope - length * step.slope, intercept - length * step.intercept)
            loss = next
        }
    }

    private struct Point {
        var logit: Double
        var target: Double
    }

    /// The mean of −t·log(p) − (1 − t)·log(1 − p), p being the logistic function of z: log(1 + exp(z)) − t·z.
    private static func loss(_ points: [Point], _ slope: Double, _ intercept: Double) -> Double {
        var sum = 0.0
        for point in points {
            let z = slope * point.logit + intercept
            sum += max(z, 0) + log1p(exp(-abs(z))) - point.target * z
        }
        return sum / Double(max(1, points.count))
    }

    /// The inverse of the second derivatives times the first ones, and the largest of those.
    private static func step(
        _ points: [Point], _ slope: Double, _ intercept: Double
    ) -> (slope: Double, intercept: Double, gradient: Double) {
        // A ridge keeps equal logits from making the matrix singular.
        var (aa, ab, bb) = (1e-12, 0.0, 1e-12)
        var (a, b) = (0.0, 0.0)
        let share = 1 / Double(max(1, points.count))
        for point in points {
            let p = logistic(slope * point.logit + intercept)
            let (weight, error) = (p * (1 - p) * share, (p - point.target) * share)
            aa += weight * point.logit * point.logit
            ab += weight * point.logit
            bb += weight
            a += error * point.logit
            b += error
        }
        let determinant = aa * bb - ab * ab
        return ((bb * a - ab * b) / determinant, (aa * b - ab * a) / determinant, max(abs(a), abs(b)))
    }

    /// The map; nil where the slope is negative, since positives then have the lower scores.
    public var map: CalibrationMap? { slope < 0 ? nil : .platt(slope: slope, intercept: intercept) }
}
