import MammoCompute
import MammoNet

/// The loss scale of mixed precision in 16 bits of IEEE's, by torch.amp.GradScaler's rules and with its defaults: a gradient
/// that is not finite skips the step and halves the scale, 2000 steps without one double it.
public struct GradScaler: Codable, Equatable, Sendable {
    /// What the loss is multiplied by; a power of two, so that scaling rounds nothing.
    public private(set) var scale: Double
    /// Steps since the scale last changed or one was skipped.
    public private(set) var steps = 0
    /// After how many of them the scale doubles.
    public let growthInterval: Int

    /// A scaler that has made no step.
    ///
    /// - Parameters:
    ///   - scale: To begin with.
    ///   - growthInterval: After how many steps without an overflow the scale doubles.
    public init(scale: Double = 65536, growthInterval: Int = 2000) {
        (self.scale, self.growthInterval) = (scale, growthInterval)
    }

    /// After a step.
    ///
    /// - Parameter overflowed: Whether a gradient was not finite, so that the step was skipped.
    public mutating func update(overflowed: Bool) {
        steps = overflowed ? 0 : steps + 1
        if overflowed {
            scale /= 2
        } else if steps == growthInterval {
            // As far as single precision goes.
            (scale, steps) = (Float(scale * 2).isFinite ? scale * 2 : scale, 0)
        }
    }

    /// Takes the scale out of a network's gradients, then updates the scale.
    ///
    /// - Parameter network: Its gradients are those of the loss times `scale`.
    /// - Returns: Whether all gradients are finite; otherwise the step is to be skipped.
    /// - Throws: `ComputeError`.
    public mutating func unscale(_ network: TrainingNetwork) throws(ComputeError) -> Bool {
        let isFinite = try network.unscaleGradients(by: Float(1 / scale))
        update(overflowed: !isFinite)
        return isFinite
    }

    /// Whether gradients can still be divided by the scale in single precision. PyTorch continues without making a step;
    /// there is nothing to wait for.
    public var isOfUse: Bool { Float(scale).isNormal && Float(1 / scale).isFinite }
}
