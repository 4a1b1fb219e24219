/// A line of steps.csv: one step of the optimizer.
public struct StepRecord: Equatable, Sendable {
    /// The step, from 1, counted through the whole run.
    public var step: Int
    /// The epoch, from 1.
    public var epoch: Int
    /// The learning rate that the step was made with.
    public var lr: Double
    /// The mean loss of its batches, before the step.
    public var loss: Double
    /// How long it took.
    public var seconds: Double
    /// What its loss was multiplied by for its gradients; nil where losses are not scaled. Half as much at the next step says
    /// that this one was skipped.
    public var lossScale: Double?

    /// One step.
    ///
    /// - Parameters:
    ///   - step: The step, from 1, counted through the whole run.
    ///   - epoch: The epoch, from 1.
    ///   - lr: The learning rate that the step was made with.
    ///   - loss: The mean loss of its batches, before the step.
    ///   - seconds: How long it took.
    ///   - lossScale: What its loss was multiplied by; nil where losses are not scaled.
    public init(step: Int, epoch: Int, lr: Double, loss: Double, seconds: Double, lossScale: Double? = nil) {
        (self.step, self.epoch, self.lr, self.loss, self.seconds) = (step, epoch, lr, loss, seconds)
        self.lossScale = lossScale
    }
}

extension StepRecord: RunRecord {
    /// The header.
    public static let columns = ["step", "epoch", "lr", "loss", "seconds", "loss_scale"]

    /// What rises from line to line.
    public var number: Int { step }

    /// As many as columns.
    public var fields: [String] {
        ["\(step)", "\(epoch)", "\(lr)", "\(loss)", "\(seconds)", lossScale.map { "\($0)" } ?? ""]
    }

    /// Reads what `fields` wrote; nil for anything else.
    public init?(fields: [String]) {
        guard fields.count == Self.columns.count, let step = Int(fields[0]), let epoch = Int(fields[1]),
            let lr = Double(fields[2]), let loss = Double(fields[3]), let seconds = Double(fields[4]),
            fields[5].isEmpty || Double(fields[5]) != nil
        else { return nil }
        self.init(step: step, epoch: epoch, lr: lr, loss: loss, seconds: seconds, lossScale: Double(fields[5]))
    }
}
