import MammoCompute

extension AdamWStep {
    /// The scalars of a step, as torch.optim.AdamW computes them in double precision.
    ///
    /// - Parameters:
    ///   - step: Which step it is, from 1.
    ///   - rate: The learning rate.
    ///   - weightDecay: Of the learning rate's share, what a parameter loses.
    ///   - betas: β₁ and β₂.
    ///   - epsilon: Added to the root.
    ///   - gradientScale: The gradient is multiplied by it first.
    public init(
        step: Int, rate: Double, weightDecay: Double, betas: (Double, Double), epsilon: Double, gradientScale: Float = 1
    ) {
        self.init(
            gradientScale: gradientScale, decay: Float(1 - rate * weightDecay), newMean: Float(1 - betas.0),
            oldSquare: Float(betas.1), newSquare: Float(1 - betas.1),
            stepSize: Float(rate / (1 - power(betas.0, step))),
            correctionRoot: Float((1 - power(betas.1, step)).squareRoot()), epsilon: Float(epsilon))
    }
}

/// By squaring: no library's pow, so that every machine has the same bits.
func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, left) = (1.0, base, exponent)
    while left > 0 {
        if left & 1 == 1 { result *= square }
        square *= square
        left >>= 1
    }
    return result
}
