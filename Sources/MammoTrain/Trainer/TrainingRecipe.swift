import MammoNet

/// What decides how parameters move: with the same data, weights and seed, two runs of one recipe have the same bits.
public struct TrainingRecipe: Equatable, Sendable {
    /// Fewer frozen parameters from an epoch on.
    public struct Thaw: Equatable, Sendable {
        /// The first epoch, from 0.
        public var epoch: Int
        /// How many parameters, from the first, stay frozen.
        public var frozen: Int
        /// The learning rate that takes the recipe's place from then on; nil: it stays.
        public var rate: Double?

        /// Fewer frozen parameters from an epoch on.
        ///
        /// - Parameters:
        ///   - epoch: The first, from 0.
        ///   - frozen: How many parameters, from the first, stay frozen.
        ///   - rate: The learning rate from then on; nil: it stays.
        public init(epoch: Int, frozen: Int, rate: Double? = nil) {
            self.epoch = epoch
            self.frozen = frozen
            self.rate = rate
        }
    }

    /// How often all images are gone through.
    public var epochs = 17
    /// Batches whose gradients make one step.
    public var accumulate = 1
    /// What is to become small.
    public var loss = BinaryLoss()
    /// How parameters follow their gradients.
    public var optimizer = OptimizerOptions.adamW(AdamW.Options())
    /// How the learning rate goes.
    public var schedule = LearningRateSchedule.Shape.cosine
    /// The learning rate to begin with.
    public var rate = 5e-5
    /// The lowest learning rate.
    public var minimumRate = 0.0
    /// Steps in which the rate grows to the whole.
    public var warmUp = 0
    /// The last block's chance to be skipped.
    public var stochasticDepth = 0.1
    /// The most that the gradients' norm may be; nil: anything.
    public var clipNorm: Double?
    /// How much of itself an average of the parameters keeps in a step; nil: no average is kept.
    public var averageDecay: Double?
    /// How many parameters, from the first, are frozen to begin with.
    public var frozen = 0
    /// When fewer are, in rising order of epochs.
    public var thaws: [Thaw] = []
    /// The loss scale to begin with, for mixed precision in 16 bits of IEEE's; nil: losses are not scaled.
    public var scaler: GradScaler?
    /// Where chance begins.
    public var seed: UInt64 = 1

    /// The reference pipeline's recipe, without freezing.
    public init() {}

    /// How many parameters are frozen in an epoch, and its learning rate as a share of the recipe's.
    func freezing(epoch: Int) -> (frozen: Int, share: Double) {
        var (frozen, share) = (self.frozen, 1.0)
        for thaw in thaws where thaw.epoch <= epoch {
            frozen = thaw.frozen
            if let rate = thaw.rate { share = rate / self.rate }
        }
        return (frozen, share)
    }

    /// The schedule of a run of so many steps.
    func schedule(steps: Int) -> LearningRateSchedule {
        LearningRateSchedule(schedule, rate: rate, minimum: minimumRate, steps: steps, warmUp: warmUp)
    }
}
