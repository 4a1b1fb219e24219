/// Which images each epoch takes, in which order and batches: a function of the run's seed and the epoch's number alone, so
/// that a resumed run finds its place.
///
/// With `minPositives` each batch that has fewer gives up images without cancer, chosen at random, for images with, drawn at
/// random from all of them. That changes the distribution: images with cancer come more often than the method alone would
/// have them (`SamplerSummary` says how often), a shuffled epoch no longer shows every image once, and a positive may stand
/// in a batch twice.
public struct Sampler: Sendable {
    /// How images are chosen.
    public enum Method: Equatable, Sendable {
        /// As many draws with replacement as there are images, one with cancer being `upsample` times as likely as one
        /// without: `WeightedRandomSampler(weights, num_samples=len(weights), replacement=True)`.
        case weighted(upsample: Double)
        /// The same with the weight at which this share of the draws, above 0 and below 1, is to be expected to have cancer.
        case positives(fraction: Double)
        /// Each image once, in random order: `RandomSampler`.
        case shuffled
        /// Each image once, in the table's order: `SequentialSampler`.
        case sequential
    }

    /// How images are chosen.
    public let method: Method
    /// Images in a batch; the last of an epoch may have fewer.
    public let batchSize: Int
    /// Whether a last batch that would have fewer is left out.
    public let dropLast: Bool
    /// Images with cancer that each batch has at least, as far as its size allows.
    public let minPositives: Int
    /// How many images there are, and are taken in an epoch.
    public let count: Int

    /// How many times as likely an image with cancer is drawn; nil where images are not drawn by weight.
    let upsample: Double?
    let isPositive: [Bool]
    let positives: [Int]
    /// Draws of all images and of those with cancer, where images weigh more or less; nil where only cancer makes a
    /// difference.
    private let draws: (all: WeightedDraw, positives: WeightedDraw?)?
    private let random: RunRandom

    /// A sampler of labelled images.
    ///
    /// - Parameters:
    ///   - labels: Whether each image has cancer; at least one.
    ///   - weights: What each image's weight is multiplied by, above 0, with `weighted` and `positives`; nil for nothing.
    ///   - method: How images are chosen.
    ///   - batchSize: Images in a batch, from 1.
    ///   - dropLast: Whether a last batch that would have fewer is left out.
    ///   - minPositives: Images with cancer that each batch has at least, 0 to `batchSize`.
    ///   - random: The run's random numbers.
    /// - Throws: `DataError.training` where that cannot be.
    public init(
        labels: [Bool], weights: [Double]? = nil, method: Method, batchSize: Int, dropLast: Bool = false,
        minPositives: Int = 0, random: RunRandom
    ) throws(DataError) {
        let positives = labels.indices.filter { labels[$0] }
        guard !labels.isEmpty else { throw .training("there are no images to train on") }
        guard batchSize >= 1 else { throw .training("the batch size is \(batchSize), expected 1 or more") }
        guard !dropLast || labels.count >= batchSize else {
            throw .training(
                "\(labels.count) images are fewer than one batch of \(batchSize), and incomplete batches are dropped")
        }
        guard (0...batchSize).contains(minPositives) else {
            throw .training("at least \(minPositives) positives do not fit in a batch of \(batchSize)")
        }
        guard minPositives == 0 || !positives.isEmpty else {
            throw .training("at least \(minPositives) positives in each batch, but no image has cancer")
        }
        upsample = try Self.upsample(method, labels, weights)
        if let upsample {
            guard upsample.isFinite, upsample > 0 else {
                throw .training("the weight of positives is \(upsample), expected a number above 0")
            }
            draws = weights.map { weights in
                (
                    WeightedDraw(Array(labels.indices)) { weights[$0] * (labels[$0] ? upsample : 1) },
                    positives.isEmpty ? nil : WeightedDraw(positives) { weights[$0] }
                )
            }
        } else {
            draws = nil
        }
        (self.method, self.batchSize, self.dropLast, self.minPositives) = (method, batchSize, dropLast, minPositives)
        (count, isPositive, self.positives, self.random) = (labels.count, labels, positives, random)
    }

    /// The weight of an image with cancer beside one without; nil where images are not drawn by weight.
    private static func upsample(
        _ method: Method, _ labels: [Bool], _ weights: [Double]?
    ) throws(DataError) -> Double? {
        if case .weighted(let upsample) = method { return upsample }
        guard case .positives(let fraction) = method else { return nil }
        guard fraction > 0, fraction < 1 else {
            throw .training("the share of positives is \(fraction), expected a number above 0 and below 1")
        }
        var sums = (positives: 0.0, negatives: 0.0)
        for (place, label) in labels.enumerated() {
            let weight = weights?[place] ?? 1
            if label { sums.positives += weight } else { sums.negatives += weight }
        }
        guard sums.positives > 0, sums.negatives > 0 else {
            throw .training(
                "\(fraction) of the draws with cancer, but \(sums.positives > 0 ? "all images have" : "no image has") cancer"
            )
        }
        return fraction / (1 - fraction) * sums.negatives / sums.positives
    }

    /// Batches in an epoch.
    public var stepsPerEpoch: Int { dropLast ? count / batchSize : (count + batchSize - 1) / batchSize }

    /// Steps of the optimizer in an epoch.
    ///
    /// - Parameter batches: How many batches' gradients make one; those left over at the end make one too.
    /// - Returns: At least 1.
    public func stepsPerEpoch(accumulating batches: Int) -> Int { (stepsPerEpoch + batches - 1) / batches }

    /// The images of an epoch, as places in `labels`.
    ///
    /// - Parameter epoch: From 0.
    /// - Returns: As many as the batches take, in their order.
    public func order(epoch: Int) -> [Int] { Array(batches(epoch: epoch).joined()) }

    /// The images of an epoch's batches, as places in `labels`.
    ///
    /// - Parameter epoch: From 0.
    /// - Returns: `stepsPerEpoch` batches.
    public func batches(epoch: Int) -> [[Int]] {
        let drawn = draw(epoch)
        var replacing = random.replacement(epoch: epoch)
        return (0..<stepsPerEpoch).map { step in
            var batch = Array(drawn[step * batchSize..<min((step + 1) * batchSize, count)])
            var negatives = batch.indices.filter { !isPositive[batch[$0]] }
            while batch.count - negatives.count < min(minPositives, batch.count) {
                let place = negatives.remove(at: replacing.next(below: negatives.count))
                batch[place] =
                    draws?.positives?.next(&replacing) ?? positives[replacing.next(below: positives.count)]
            }
            return batch
        }
    }

    private func draw(_ epoch: Int) -> [Int] {
        var random = random.order(epoch: epoch)
        switch method {
        case .sequential: return Array(0..<count)
        case .shuffled:
            var order = Array(0..<count)
            random.shuffle(&order)
            return order
        case .weighted where draws != nil, .positives where draws != nil:
            return (0..<count).compactMap { _ in draws?.all.next(&random) }
        case .weighted, .positives:
            // All of a label weigh the same: first which label, then which image, is the same distribution.
            let negatives = isPositive.indices.filter { !isPositive[$0] }
            let share = positiveShare
            return (0..<count).map { _ in
                let kind = random.nextUnit() < share || negatives.isEmpty ? positives : negatives
                return kind[random.next(below: kind.count)]
            }
        }
    }

    /// The chance that a draw of the method alone has cancer.
    package var positiveShare: Double {
        let plain = Double(positives.count)
        guard let upsample else { return plain / Double(count) }
        if let draws { return upsample * (draws.positives?.total ?? 0) / draws.all.total }
        return upsample * plain / (upsample * plain + Double(count) - plain)
    }
}
