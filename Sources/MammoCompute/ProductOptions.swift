/// How a card computes products of matrices, beside the precision that values are stored in.
public struct ProductOptions: Equatable, Sendable {
    /// Whether products of fp32 may round their operands to TF32, 10 bits of mantissa, as tensor cores do from sm_80 on. Their
    /// sums are of fp32. PyTorch's torch.backends.cuda.matmul.allow_tf32, which is false by default too.
    public var tf32: Bool
    /// Whether each product is computed by whichever of several algorithms was the fastest when it was computed first. Its bits
    /// then depend on those times; `ProductChoices` has what was chosen.
    public var isTuned: Bool

    /// Products as exact as single precision has them, by the library's own choice of algorithms.
    ///
    /// - Parameters:
    ///   - tf32: Whether products of fp32 may round their operands to TF32.
    ///   - isTuned: Whether each product's algorithms are timed, and the fastest computes.
    public init(tf32: Bool = false, isTuned: Bool = false) { (self.tf32, self.isTuned) = (tf32, isTuned) }

    /// What `isTuned` has to be, for messages; nil where it is possible.
    ///
    /// - Parameter device: Where it is to be used.
    /// - Returns: Words that follow "expected".
    public func expectedTuning(on device: DeviceChoice) -> String? {
        isTuned && device == .cpu ? "false: products are timed on --device cuda" : nil
    }

    /// What `tf32` has to be, for messages; nil where it is possible.
    ///
    /// - Parameters:
    ///   - device: Where it is to be used.
    ///   - amp: What products' operands are stored in.
    /// - Returns: Words that follow "expected".
    public func expectedTF32(on device: DeviceChoice, _ amp: MixedPrecision) -> String? {
        guard tf32 else { return nil }
        if device == .cpu { return "false: TF32 is for --device cuda" }
        return amp == .off ? nil : "false: with --amp \(amp.rawValue) all products are of 16 bits, and TF32 is for fp32"
    }
}
