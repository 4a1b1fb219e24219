import Glibc

/// How many positives an epoch and its batches have: what is to be expected, and what one epoch has.
public struct SamplerSummary: Equatable, Sendable {
    /// Of the batches of one epoch.
    public struct Spread: Equatable, Sendable {
        /// The fewest.
        public let least: Int
        /// The mean.
        public let mean: Double
        /// The most.
        public let most: Int

        package init(least: Int, mean: Double, most: Int) { (self.least, self.mean, self.most) = (least, mean, most) }
    }

    /// Images an epoch takes.
    public let images: Int
    /// Batches.
    public let steps: Int
    /// Positives an epoch has, to be expected of the method and of the least number a batch.
    public let expectedPositives: Double
    /// The same of a batch of full size.
    public let expectedPositivesPerBatch: Double
    /// Positives that the epoch has.
    public let positives: Int
    /// Different images with cancer among them.
    public let differentPositives: Int
    /// Different images that the epoch shows.
    public let differentImages: Int
    /// Positives in the epoch's batches.
    public let positivesPerBatch: Spread
    /// Batches without any.
    public let batchesWithout: Int

    /// Counts one epoch.
    ///
    /// - Parameters:
    ///   - sampler: Whose.
    ///   - epoch: From 0.
    public init(_ sampler: Sampler, epoch: Int = 0) {
        let batches = sampler.batches(epoch: epoch)
        let order = Array(batches.joined())
        let counts = batches.map { batch in batch.count { sampler.isPositive[$0] } }
        (images, steps) = (order.count, batches.count)
        positives = counts.reduce(0, +)
        let different = Set(order)
        differentImages = different.count
        differentPositives = different.count { sampler.isPositive[$0] }
        positivesPerBatch = Spread(
            least: counts.min() ?? 0, mean: Double(positives) / Double(max(1, counts.count)), most: counts.max() ?? 0)
        batchesWithout = counts.count { $0 == 0 }
        guard sampler.method != .sequential else {
            (expectedPositives, expectedPositivesPerBatch) = (Double(positives), positivesPerBatch.mean)
            return
        }
        let full = Self.expected(in: min(sampler.batchSize, sampler.count), of: sampler)
        let last = batches.last.map { Self.expected(in: $0.count, of: sampler) } ?? 0
        expectedPositivesPerBatch = full
        expectedPositives = full * Double(max(0, batches.count - 1)) + last
    }

    /// Drawn with replacement the positives of a batch are binomial, without hypergeometric; what the least number adds is
    /// the sum over the fewer of how many are missing, times the chance.
    private static func expected(in size: Int, of sampler: Sampler) -> Double {
        let least = min(sampler.minPositives, size)
        let share = sampler.positiveShare
        let (all, positives) = (sampler.count, sampler.positives.count)
        let added = (0..<least).reduce(0.0) { sum, k in
            let chance =
                if sampler.upsample != nil {
                    logChoose(size, k) + Double(k) * log(share) + Double(size - k) * log1p(-share)
                } else {
                    logChoose(positives, k) + logChoose(all - positives, size - k) - logChoose(all, size)
                }
            return sum + Double(least - k) * exp(chance)
        }
        return share * Double(size) + added
    }

    /// The logarithm of a binomial coefficient; of none, minus infinity.
    private static func logChoose(_ n: Int, _ k: Int) -> Double {
        guard (0...max(0, n)).contains(k) else { return -.infinity }
        return lgamma(Double(n) + 1) - lgamma(Double(k) + 1) - lgamma(Double(n - k) + 1)
    }
}
