/// How the positions of an image become one; the raw value is what `--pool` and files call it.
public enum Pooling: String, CaseIterable, Codable, Sendable {
    /// The mean: `nn.AdaptiveAvgPool2d(1)`.
    case mean = "avg"
    /// The largest value: `nn.AdaptiveMaxPool2d(1)`, whose gradient goes to the first of equal ones.
    case maximum = "max"
    /// The generalised mean (Radenović, Tolias and Chum, "Fine-tuning CNN image retrieval with no human annotation", 2018):
    /// mean(max(x, epsilon)^p)^(1/p), with one p for all channels, which is trained. Where max(x, epsilon) is epsilon because
    /// x is less, x has no gradient: PyTorch's `x.clamp(min=eps).pow(p).mean((2, 3)).pow(1 / p)`.
    case generalisedMean = "gem"

    /// What values of a generalised mean are raised to at least.
    public static let epsilon: Float = 1e-6
    /// The exponent that a generalised mean begins with.
    public static let firstExponent: Float = 3
}
