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
    /// The epochs that the run is to have; nil in checkpoints of versions before 0.3.
    public var epochs: Int?
    /// When it was given more of them; nil: never.
    public var extensions: [Extension]?

    /// More epochs for a run that was resumed.
    public struct Extension: Codable, Equatable, Sendable {
        /// The epoch under way, from 0.
        public var epoch: Int
        /// Steps that were done.
        public var step: Int
        /// The epochs that the run was to have.
        public var from: Int
        /// Those that it was given.
        public var to: Int

        /// One line for a person.
        public var description: String { "extended from \(from) to \(to) epochs after step \(step)" }
    }

    /// Takes note of the epochs that a run is to have: where they are more than they were, it is not over.
    ///
    /// - Parameter wanted: The epochs of its recipe.
    mutating func extend(to wanted: Int) {
        defer { epochs = wanted }
        guard let before = epochs, wanted > before else { return }
        extensions = (extensions ?? []) + [Extension(epoch: epoch, step: steps, from: before, to: wanted)]
        stopped = nil
    }

    /// A run that has not begun.
    public init() {}
}
