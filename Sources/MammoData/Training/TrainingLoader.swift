import MammoImage

/// Hands over batches in order while threads of its own decode and augment those that follow.
///
/// What an image becomes depends on the seed, the epoch and its place in it: not on threads, nor on where a run begins.
public struct TrainingLoader: Sendable {
    /// The rows that batches number.
    public let rows: [ImageTable.Row]
    /// What images go through.
    public let augmentation: Augmentation
    private let source: any GraySource
    private let size: (rows: Int, columns: Int)
    private let random: RunRandom
    private let prefetch: OrderedPrefetch

    /// A loader of labelled images.
    ///
    /// - Parameters:
    ///   - rows: Rows with labels.
    ///   - source: Where their images come from; an `ImageCache` keeps them.
    ///   - size: What each image has to be, in pixels.
    ///   - augmentation: What images go through; `.none` for validation.
    ///   - random: The run's random numbers.
    ///   - workers: Threads that decode and augment.
    ///   - ahead: How many images may wait or be under way; memory is bounded by it.
    public init(
        rows: [ImageTable.Row], source: any GraySource, size: (rows: Int, columns: Int),
        augmentation: Augmentation = .none, random: RunRandom, workers: Int, ahead: Int
    ) {
        (self.rows, self.source, self.size) = (rows, source, size)
        (self.augmentation, self.random) = (augmentation, random)
        prefetch = OrderedPrefetch(workers: workers, ahead: ahead)
    }

    /// All rows in order, cut into batches, the last as small as it comes: for validation.
    ///
    /// - Parameter batchSize: Images in a batch.
    /// - Returns: Places in `rows`.
    public func plainBatches(of batchSize: Int) -> [[Int]] {
        stride(from: 0, to: rows.count, by: batchSize).map { Array($0..<min($0 + batchSize, rows.count)) }
    }

    /// Works through an epoch, on this thread as far as `take` is concerned. When this returns or throws, its threads have
    /// ended.
    ///
    /// - Parameters:
    ///   - batches: Places in `rows`: `Sampler.batches(epoch:)`, whole, wherever the run begins.
    ///   - epoch: From 0.
    ///   - first: The step to begin with; those before it have been taken by an earlier run.
    ///   - take: Takes a batch; false ends the run.
    /// - Throws: An error that names the file which cannot be read or has another size, when its batch is due; what `take`
    ///   throws.
    public func run(
        _ batches: [[Int]], epoch: Int, from first: Int = 0, take: (TrainingBatch) throws -> Bool
    ) throws {
        let order = Array(batches.joined())
        let position = batches.prefix(first).reduce(0) { $0 + $1.count }
        var step = first
        var images: [GrayImage] = []
        try prefetch.run(count: order.count - position) { number in
            Result { try image(order[position + number], epoch: epoch, position: position + number) }
        } take: { _, result in
            images.append(try result.get())
            guard images.count == batches[step].count else { return true }
            let rows = batches[step].map { self.rows[$0] }
            let batch = TrainingBatch(
                step: step, images: images, labels: rows.map { $0.cancer == true ? 1 : 0 }, rows: rows,
                mixup: augmentation.mixingShare(random.mixing(epoch: epoch, step: step)))
            (images, step) = ([], step + 1)
            return try take(batch)
        }
    }

    private func image(_ number: Int, epoch: Int, position: Int) throws -> GrayImage {
        let image = try source.image(of: rows[number])
        guard (image.rows, image.columns) == size else {
            throw DataError.unreadable(
                path: source.path(of: rows[number]),
                reason: "\(image.rows)x\(image.columns) pixels, expected \(size.rows)x\(size.columns) as the others")
        }
        return augmentation.apply(to: image, random.augmentation(epoch: epoch, position: position))
    }
}
