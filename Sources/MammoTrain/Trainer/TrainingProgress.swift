/// A run's progress: with the tensors of a checkpoint, all that is needed to resume it.
public struct TrainingProgress: Codable, Equatable, Sendable {
    /// The epoch under way, from 0, or the number of epochs when all are done.
    public var epoch = 0
    /// Steps of that epoch that are done.
    public var stepsOfEpoch = 0
    /// Steps of the run that are done.
    public var steps = 0
    /// The sum over the images of the epoch's steps of their losses.
    public var lossSum = 0.0
    /// Images of the epoch's steps.
    public var images = 0
    /// What the best epoch was worth; nil before the first.
    public var best: Double?
    /// The best epoch, from 0.
    public var bestEpoch: Int?
    /// The loss scale of mixed precision; nil where losses are not scaled.
    public var scaler: GradScaler?
    /// Why the run is over before its last epoch; nil where it is not.
    public var stopped: String?

    /// A run that has not begun.
    public init() {}
}
