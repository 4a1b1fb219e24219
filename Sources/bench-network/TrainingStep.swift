import MammoCompute
import MammoNet
import MammoTrain

/// A step of training as `mammo train` makes it, without accumulation, clipping and an average of the parameters.
struct TrainingStep {
    let network: TrainingNetwork
    let optimizer: AdamW
    let loss: BinaryLoss
    /// With fp16 alone.
    private(set) var scaler: GradScaler?
    /// Steps, skipped ones included.
    private var count = 0

    /// What a step consists of.
    enum Part {
        case forward
        /// Without the loss scale in the gradients.
        case backward
        case update
    }

    init(_ network: TrainingNetwork, loss: BinaryLoss, scaler: GradScaler?) throws {
        (self.network, self.loss, self.scaler) = (network, loss, scaler)
        optimizer = try AdamW(for: network, AdamW.Options())
    }

    /// Makes a step, or skips its update where a gradient is not finite and there is a loss scale.
    ///
    /// - Returns: The loss before the step, and whether the update was made.
    /// - Throws: `TrainingError.noLossScale` where gradients overflow with any scale.
    mutating func make(
        _ input: Tensor, _ labels: [Float], rate: Double, after: (Part) throws -> Void = { _ in }
    ) throws -> (loss: Double, isMade: Bool) {
        try network.clearGradients()
        let tape = try network.forward(input)
        try after(.forward)
        let (slopes, waitForLoss) = try loss.slopes(
            tape.output, labels, of: labels.count, scale: Float(scaler?.scale ?? 1), on: network.device)
        // Given away, so that each layer's activations are freed as soon as they are used.
        try network.backward(consume tape, slopes: slopes)
        let value = try waitForLoss()
        let isFinite = try scaler?.unscale(network) ?? true
        guard scaler?.isOfUse ?? true else { throw TrainingError.noLossScale(step: count) }
        count += 1
        try after(.backward)
        if isFinite { try optimizer.step(network, rate: rate) }
        try after(.update)
        return (value, isFinite)
    }
}
