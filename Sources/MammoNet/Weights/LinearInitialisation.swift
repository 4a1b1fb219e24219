import MammoData

/// The values that `torch.manual_seed(seed)` and then `torch.nn.Linear(inputs, outputs)` give on the CPU, to the bit:
/// weights and then bias, each uniform within ±1/√inputs (He et al. 2015 with a = √5, as `nn.Linear.reset_parameters`).
public struct LinearInitialisation: Sendable {
    /// outputs × inputs.
    public let weights: [Float]
    /// One for each output.
    public let bias: [Float]

    /// Draws weights and bias.
    ///
    /// - Parameters:
    ///   - inputs: Inputs of the product.
    ///   - outputs: Outputs of the product.
    ///   - seed: As torch takes it.
    public init(inputs: Int, outputs: Int, seed: UInt32) {
        // torch's CPU generator is the Mersenne Twister, seeded as numpy's legacy state.
        var random = LegacyRandomState(seed: seed)
        // In this order of operations in double precision, as kaiming_uniform_ computes it.
        let gain = (2.0 / (1 + 5.0.squareRoot() * 5.0.squareRoot())).squareRoot()
        let weightBound = Float(3.0.squareRoot() * (gain / Double(inputs).squareRoot()))
        let biasBound = Float(1 / Double(inputs).squareRoot())
        // 24 of the 32 bits, as at::uniform_real_distribution<float> takes them, and its one rounding, since torch is
        // built for processors with fused multiply-add.
        func draw(_ bound: Float) -> Float {
            (-bound).addingProduct(Float(random.next32() & 0xFF_FFFF) * 0x1p-24, bound - -bound)
        }
        weights = (0..<inputs * outputs).map { _ in draw(weightBound) }
        bias = (0..<outputs).map { _ in draw(biasBound) }
    }
}
