/// How far a run has come: with the tensors of a checkpoint, all that is needed to go on.
public struct TrainingProgress: Codable, Equatable, Sendable {
    /// The epoch under way, or the number of epochs when all are done.
    public var epoch = 0
    /// Steps of that epoch that are done.
    public var stepsOfEpoch = 0
    /// Steps of the run that are done.
    public var steps = 0
    /// The sum over the images of the epoch's steps of their losses.
    public var lossSum = 0.0
    /// Images of the epoch's steps.
    public var images = 0
    /// The best epoch's figure; nil before the first.
    public var best: Double?
    /// The best epoch.
    public var bestEpoch: Int?
    /// Why the run is over before its last epoch; nil where it is not.
    public var stopped: String?

    /// A run that has not begun.
    public init() {}
}

/// What is known of a step.
public struct StepRecord: Equatable, Sendable {
    /// From 0, over the whole run.
    public var step: Int
    /// From 0.
    public var epoch: Int
    /// The learning rate.
    public var rate: Double
    /// The mean over the step's images.
    public var loss: Double
    /// The norm of the gradients before they were clipped; nil where they are not.
    public var gradientNorm: Double?
    /// How long it took.
    public var seconds: Double
    /// Images in it.
    public var images: Int
}

/// What is known of an epoch.
public struct EpochRecord: Equatable, Sendable {
    /// From 0.
    public var epoch: Int
    /// Steps of the run that are done.
    public var steps: Int
    /// The mean of the epoch's losses.
    public var trainingLoss: Double
    /// What was found on the validation images.
    public var validation: ValidationScores
    /// The learning rate of the last step.
    public var rate: Double
    /// How long the training took that this process did, without validation.
    public var seconds: Double
    /// Images a second of it.
    public var imagesPerSecond: Double
    /// Whether no epoch before was as good.
    public var isBest: Bool
}
