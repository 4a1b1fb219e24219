import Glibc

/// The loss of one logit: PyTorch's `BCEWithLogitsLoss(pos_weight)`, or torchvision's `sigmoid_focal_loss`; its mean over a
/// batch, and its gradient. Labels are softened first, if at all.
public struct BinaryLoss: Equatable, Sendable {
    /// The focal loss (Lin et al. 2017, "Focal loss for dense object detection"): cross-entropy times (1 - p)^γ, p being what
    /// the network gives the label's class.
    public struct Focal: Equatable, Sendable {
        /// How much what is nearly right counts less: 0 or more; 0 for plain cross-entropy.
        public var gamma: Double
        /// What a positive counts, a negative counting 1 less it: 0 to 1; nil for 1 each, torchvision's -1.
        public var alpha: Double?

        /// A focal loss, by default with torchvision's values.
        ///
        /// - Parameters:
        ///   - gamma: How much what is nearly right counts less.
        ///   - alpha: What a positive counts.
        public init(gamma: Double = 2, alpha: Double? = 0.25) { (self.gamma, self.alpha) = (gamma, alpha) }
    }

    /// What a positive counts, beside a negative's 1. Not of the focal loss.
    public var positiveWeight: Double
    /// What a label of 1 becomes: below 1 it smooths the positives alone.
    public var softPositive: Double
    /// How far labels of both classes are moved to their middle: y (1 - smoothing) + smoothing / 2, as by timm's
    /// `BinaryCrossEntropy(smoothing, smooth_dense=True)`.
    public var smoothing: Double
    /// The focal loss instead of cross-entropy; nil for none.
    public var focal: Focal?

    /// A loss.
    ///
    /// - Parameters:
    ///   - positiveWeight: What a positive counts, beside a negative's 1.
    ///   - softPositive: What a label of 1 becomes, above 0 to 1.
    ///   - smoothing: How far labels of both classes are moved to their middle, 0 up to but without 1.
    ///   - focal: The focal loss instead of cross-entropy; `positiveWeight` has no part in it.
    public init(positiveWeight: Double = 1, softPositive: Double = 1, smoothing: Double = 0, focal: Focal? = nil) {
        self.positiveWeight = positiveWeight
        self.softPositive = softPositive
        self.smoothing = smoothing
        self.focal = focal
    }

    /// The same loss of labels as they are.
    public var ofHardLabels: BinaryLoss { BinaryLoss(positiveWeight: positiveWeight, focal: focal) }

    /// What a label becomes.
    private func target(_ label: Double) -> Double { label * softPositive * (1 - smoothing) + smoothing / 2 }

    /// (1 - y) x + (1 + (w - 1) y) log(1 + exp(-x)), the logarithm without overflow.
    private static func entropy(_ logit: Double, _ y: Double, weight: Double) -> Double {
        let softplus = log1p(exp(-abs(logit))) + max(-logit, 0)
        return (1 - y) * logit + (1 + (weight - 1) * y) * softplus
    }

    /// The loss of one logit x whose label became y: (1 - y) x + (1 + (w - 1) y) log(1 + exp(-x)) with the weight w; of the
    /// focal loss, with p = 1 / (1 + exp(-x)), the same with w = 1 times (y (1 - p) + (1 - y) p)^γ (α y + (1 - α) (1 - y)).
    ///
    /// - Parameters:
    ///   - logit: Any number.
    ///   - label: 0 to 1.
    /// - Returns: 0 or more; not finite where the logit is not.
    public func value(logit: Double, label: Double) -> Double {
        let y = target(label)
        guard let focal else { return Self.entropy(logit, y, weight: positiveWeight) }
        return Self.entropy(logit, y, weight: 1) * focal.factor(logit, y).value
    }

    /// The derivative of `value` by the logit.
    ///
    /// - Parameters:
    ///   - logit: Any number.
    ///   - label: 0 to 1.
    /// - Returns: The slope.
    public func slope(logit: Double, label: Double) -> Double {
        let y = target(label)
        guard let focal else { return (1 - y) - (1 + (positiveWeight - 1) * y) / (1 + exp(logit)) }
        let factor = focal.factor(logit, y)
        return ((1 - y) - 1 / (1 + exp(logit))) * factor.value + Self.entropy(logit, y, weight: 1) * factor.slope
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

extension BinaryLoss.Focal {
    /// What cross-entropy is multiplied by, and its derivative by the logit x: with the miss m = y (1 - p) + (1 - y) p, which is
    /// the chance of the other class, m^γ has the derivative γ m^γ (1 - 2 y) p (1 - p) / m.
    fileprivate func factor(_ logit: Double, _ y: Double) -> (value: Double, slope: Double) {
        let (p, q) = (1 / (1 + exp(-logit)), 1 / (1 + exp(logit)))
        let miss = y * q + (1 - y) * p
        let weight = alpha.map { $0 * y + (1 - $0) * (1 - y) } ?? 1
        let value = weight * pow(miss, gamma)
        // What is certainly right misses by less than any number: the quotient is then that of the limit.
        return (value, value * gamma * (1 - 2 * y) * (miss > 0 ? p * q / miss : 1))
    }
}
