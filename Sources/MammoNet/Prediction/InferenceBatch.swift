import MammoCompute
import MammoData
import MammoGraph
import MammoImage

/// Predicts the images of a table's rows: some threads read and preprocess ahead while the network computes, on one device
/// or on several that take batches from one queue.
public struct InferenceBatch: Sendable {
    /// Where images come from.
    public let source: any GraySource
    /// What is made of them: the same networks on each device.
    public let predictors: [Predictor]
    /// Images that the network computes at a time, where their sizes agree.
    public let batchSize: Int
    /// Threads that read and preprocess.
    public let readers: Int

    /// A batch over a source.
    ///
    /// - Parameters:
    ///   - source: Where images come from.
    ///   - predictors: What is made of them, one for each device and at least one; the same networks on each.
    ///   - batchSize: Images that the network computes at a time.
    ///   - readers: Threads that read and preprocess.
    public init(source: any GraySource, predictors: [Predictor], batchSize: Int, readers: Int) {
        precondition(!predictors.isEmpty, "at least one predictor")
        self.source = source
        self.predictors = predictors
        self.batchSize = max(1, batchSize)
        self.readers = max(1, readers)
    }

    /// What became of one image.
    public enum Outcome: Sendable {
        /// Its logit, and where it comes from where that was asked for.
        case predicted(ImagePrediction, Explanation?)
        /// It could not be read; the others go on.
        case failed(reason: String)
    }

    /// Works through `rows` in order.
    ///
    /// - Parameters:
    ///   - rows: Rows of a table that know their breast.
    ///   - explain: Whether Grad-CAM is computed too, by the first network.
    ///   - shouldStop: Asked before each batch.
    ///   - finished: Told of each image, in order but for those that failed, which may come before their neighbours.
    /// - Throws: `ComputeError`, and what `finished` throws.
    public func run(
        _ rows: [ImageTable.Row], explain: Bool = false, shouldStop: () -> Bool,
        finished: (ImageTable.Row, Outcome) throws -> Void
    ) throws {
        let (source, predictors) = (source, predictors)
        let minimumSide = predictors[0].networks.map(\.architecture.minimumSide).max() ?? 0
        let inFlight = predictors[0].networks[0].device.batchesInFlight
        let workers = OrderedWorkers<[Item], Made>(predictors.count * inFlight) { number, items in
            let predictor = predictors[number % predictors.count]
            return (items, Result { try predictor.predict(items.map(\.image), explain: explain) })
        }
        let signal = TestSignal.requested(at: .image)
        func takeOldest() throws {
            guard let (items, made) = workers.take() else { return }
            for (item, prediction) in zip(items, try made.get()) {
                try finished(item.row, outcome(of: item, prediction))
                signal?.countOne()
            }
        }
        var waiting: [Item] = []
        func predict() throws {
            guard !waiting.isEmpty else { return }
            workers.give(waiting)
            waiting = []
            // One worker has its batch done before the next one is put together; several keep each other waiting for no longer
            // than it takes to hand one out.
            while workers.waiting >= (workers.count == 1 ? 1 : workers.count + 1) { try takeOldest() }
        }
        let prefetch = OrderedPrefetch(workers: readers, ahead: readers + batchSize)
        try prefetch.run(count: rows.count) { number in
            Result { try source.image(of: rows[number]) }
        } take: { number, result in
            if shouldStop() { return false }
            switch result {
            case .failure(let error): try finished(rows[number], .failed(reason: "\(error)"))
            case .success(let image):
                guard min(image.rows, image.columns) >= minimumSide else {
                    let path = source.path(of: rows[number])
                    let reason =
                        "\(path): \(image.rows)x\(image.columns) pixels, expected at least \(minimumSide)x\(minimumSide)"
                    try finished(rows[number], .failed(reason: reason))
                    return true
                }
                if let first = waiting.first?.image, (first.rows, first.columns) != (image.rows, image.columns) {
                    try predict()
                }
                waiting.append((rows[number], image))
                if waiting.count == batchSize { try predict() }
            }
            return true
        }
        if !shouldStop() { try predict() }
        while workers.waiting > 0 { try takeOldest() }
    }

    private typealias Item = (row: ImageTable.Row, image: PreprocessedImage)
    private typealias Made = (items: [Item], predictions: Result<[Predictor.Prediction], any Error>)

    private func outcome(of item: Item, _ prediction: Predictor.Prediction) -> Outcome {
        guard prediction.logit.isFinite else {
            let path = source.path(of: item.row)
            return .failed(reason: "\(path): the logit is \(prediction.logit); are the weights damaged?")
        }
        let explanation = prediction.map.map { Explanation(image: item.image.rounded, map: $0) }
        return .predicted(ImagePrediction(item.row, logit: prediction.logit), explanation)
    }
}
