import Glibc

/// PyTorch's `BCEWithLogitsLoss(pos_weight)`, its mean over a batch, and its gradient.
public struct BinaryLoss: Equatable, Sendable {
    /// What a positive counts, beside a negative's 1.
    public var positiveWeight: Double
    /// What a label of 1 becomes: below 1 it smooths the positives alone.
    public var softPositive: Double

    /// A loss.
    ///
    /// - Parameters:
    ///   - positiveWeight: What a positive counts, beside a negative's 1.
    ///   - softPositive: What a label of 1 becomes, above 0 to 1.
    public init(positiveWeight: Double = 1, softPositive: Double = 1) {
        self.positiveWeight = positiveWeight
        self.softPositive = softPositive
    }

    /// The loss of one logit: (1 - y) x + (1 + (w - 1) y) log(1 + exp(-x)).
    ///
    /// - Parameters:
    ///   - logit: Any number.
    ///   - label: 0 to 1.
    /// - Returns: 0 or more; not finite where the logit is not.
    public func value(logit: Double, label: Double) -> Double {
        let y = label * softPositive
        return (1 - y) * logit + (1 + (positiveWeight - 1) * y) * (log1p(exp(-abs(logit))) + max(-logit, 0))
    }

    /// The derivative of `value` by the logit.
    ///
    /// - Parameters:
    ///   - logit: Any number.
    ///   - label: 0 to 1.
    /// - Returns: The slope.
    public func slope(logit: Double, label: Double) -> Double {
        let y = label * softPositive
        return (1 - y) - (1 + (positiveWeight - 1) * y) / (1 + exp(logit))
    }

    /// The mean over a batch, or what some of its images add to it: over all of them, it is the sum of these.
    ///
    /// - Parameters:
    ///   - logits: One for each image.
    ///   - labels: As many, 0 to 1.
    ///   - count: How many images the batch has; nil: these.
    /// - Returns: The mean, and its derivative by each logit.
    public func mean(
        _ logits: [Float], _ labels: [Float], of count: Int? = nil
    ) -> (loss: Double, slopes: [Float]) {
        precondition(logits.count == labels.count && !logits.isEmpty, "a label for each logit")
        let count = Double(count ?? logits.count)
        var sum = 0.0
        var slopes: [Float] = []
        for (logit, label) in zip(logits, labels) {
            sum += value(logit: Double(logit), label: Double(label))
            slopes.append(Float(slope(logit: Double(logit), label: Double(label)) / count))
        }
        return (sum / count, slopes)
    }
}
