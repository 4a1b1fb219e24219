/// The terms of a loss of single logits, for a device that computes it, and what its slopes are divided and multiplied by. MammoNet's
/// `BinaryLoss` has the formulas.
public struct LossTerms: Sendable {
    /// What a positive counts, beside a negative's 1.
    public var positiveWeight: Double
    /// What a label of 1 becomes.
    public var softPositive: Double
    /// How far labels of both classes are moved to their middle.
    public var smoothing: Double
    /// The exponent of the focal loss, and what a positive counts in it; nil for cross-entropy.
    public var focal: (gamma: Double, alpha: Double?)?
    /// Images of the whole batch, of which a process may have a part.
    public var images: Int
    /// Batches whose gradients make one step.
    public var batches: Int
    /// What gradients are multiplied by; a power of two.
    public var scale: Float

    /// A loss, and what its slopes are divided and multiplied by.
    ///
    /// - Parameters:
    ///   - positiveWeight: What a positive counts, beside a negative's 1.
    ///   - softPositive: What a label of 1 becomes.
    ///   - smoothing: How far labels of both classes are moved to their middle.
    ///   - focal: The exponent of the focal loss, and what a positive counts in it.
    ///   - images: Images of the whole batch.
    ///   - batches: Batches whose gradients make one step.
    ///   - scale: What gradients are multiplied by.
    public init(
        positiveWeight: Double, softPositive: Double, smoothing: Double, focal: (gamma: Double, alpha: Double?)?,
        images: Int, batches: Int, scale: Float
    ) {
        (self.positiveWeight, self.softPositive, self.smoothing) = (positiveWeight, softPositive, smoothing)
        (self.images, self.batches, self.scale) = (images, batches, scale)
        self.focal = focal
    }
}

/// What a device makes of a batch's logits, while others of its work are put in line.
public struct LossSlopes: Sendable {
    /// The loss's derivative by each logit: N×1×1×1.
    public let slopes: Tensor
    /// Waits for the sum of the images' losses, and for nothing that was asked for after it.
    public let sum: @Sendable () throws(ComputeError) -> Double

    /// Slopes, and a sum that is on its way.
    init(_ slopes: Tensor, sum: @escaping @Sendable () throws(ComputeError) -> Double) {
        (self.slopes, self.sum) = (slopes, sum)
    }
}
