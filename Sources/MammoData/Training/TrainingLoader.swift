import MammoImage

/// Hands over batches in order while threads of its own decode and augment those that follow.
///
/// What an image becomes depends on the seed, the epoch and its place in it: not on threads, nor on where a run begins.
public struct TrainingLoader: Sendable {
    /// The rows that batches number.
    public let rows: [ImageTable.Row]
    /// What images go through.
    public let augmentation: Augmentation
    /// Which images of each batch.
    public let share: BatchShare
    private let source: any GraySource
    /// What each image has to be, in pixels.
    public let size: (rows: Int, columns: Int)
    private let random: RunRandom
    private let prefetch: OrderedPrefetch
    /// Counts images and the time that is waited for them.
    public let meter: ReaderMeter

    /// A loader of labelled images.
    ///
    /// - Parameters:
    ///   - rows: Rows with labels.
    ///   - source: Where their images come from; an `ImageCache` keeps them.
    ///   - size: What each image has to be, in pixels.
    ///   - augmentation: What images go through; `.none` for validation.
    ///   - random: The run's random numbers.
    ///   - share: Which images of each batch; what becomes of an image is the same in whatever share.
    ///   - workers: Threads that decode and augment.
    ///   - ahead: How many images may wait or be under way; memory is bounded by it.
    ///   - meter: Counts images and the time that is waited for them.
    public init(
        rows: [ImageTable.Row], source: any GraySource, size: (rows: Int, columns: Int),
        augmentation: Augmentation = .none, random: RunRandom, share: BatchShare = .whole, workers: Int, ahead: Int,
        meter: ReaderMeter = ReaderMeter()
    ) {
        (self.rows, self.source, self.size) = (rows, source, size)
        (self.augmentation, self.random, self.share) = (augmentation, random, share)
        prefetch = OrderedPrefetch(workers: workers, ahead: ahead)
        self.meter = meter
    }

    /// All rows in order, cut into batches, the last as small as it comes: for validation.
    ///
    /// - Parameter batchSize: Images in a batch.
    /// - Returns: Places in `rows`.
    public func plainBatches(of batchSize: Int) -> [[Int]] {
        stride(from: 0, to: rows.count, by: batchSize).map { Array($0..<min($0 + batchSize, rows.count)) }
    }

    /// One image by itself, not augmented.
    ///
    /// - Parameter number: Its place in `rows`.
    /// - Returns: The image.
    /// - Throws: An error that names the file which cannot be read or has another size.
    package func image(at number: Int) throws -> PreprocessedImage {
        let image = try source.image(of: rows[number])
        guard (image.rows, image.columns) == size else {
            throw DataError.unreadable(
                path: source.path(of: rows[number]),
                reason: "\(image.rows)x\(image.columns) pixels, expected \(size.rows)x\(size.columns) as the others")
        }
        return image
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
        let work = work(batches, epoch: epoch)
        let positions = Array(work.dropFirst(first).joined())
        var step = first
        var images: [PreprocessedImage] = []
        // Several at once, where shares of batches are empty.
        func handOver() throws -> Bool {
            while step < batches.count, images.count == work[step].count {
                let (whole, range) = (batches[step], share.range(of: batches[step].count))
                let rows = work[step].map { self.rows[order[$0]] }
                let batch = TrainingBatch(
                    step: step, count: whole.count, range: range, images: images,
                    labels: rows.map { $0.cancer == true ? 1 : 0 }, rows: rows, mixup: mixup(epoch: epoch, step: step))
                (images, step) = ([], step + 1)
                guard try take(batch) else { return false }
            }
            return true
        }
        guard try handOver() else { return }
        try prefetch.run(count: positions.count, meter: meter) { number in
            Result { try image(order[positions[number]], epoch: epoch, position: positions[number]) }
        } take: { _, result in
            images.append(try result.get())
            return try handOver()
        }
    }

    /// Places in the epoch's order of the images that are loaded for each batch.
    private func work(_ batches: [[Int]], epoch: Int) -> [[Int]] {
        var first = 0
        return batches.enumerated().map { step, batch in
            defer { first += batch.count }
            let neighbour = mixup(epoch: epoch, step: step).flatMap { _ in share.neighbour(of: batch.count) }
            return (Array(share.range(of: batch.count)) + [neighbour].compactMap { $0 }).map { first + $0 }
        }
    }

    private func mixup(epoch: Int, step: Int) -> Float? {
        augmentation.mixingShare(random.mixing(epoch: epoch, step: step))
    }

    private func image(_ number: Int, epoch: Int, position: Int) throws -> PreprocessedImage {
        augmentation.apply(to: try image(at: number), random.augmentation(epoch: epoch, position: position))
    }
}
