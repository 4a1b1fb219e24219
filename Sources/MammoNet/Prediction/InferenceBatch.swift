import MammoData
import MammoImage

/// Predicts the images of a table's rows: some threads read and preprocess ahead while the network computes.
public struct InferenceBatch: Sendable {
    /// Where images come from.
    public let source: any GraySource
    /// What is made of them.
    public let predictor: Predictor
    /// Images that the network computes at a time, where their sizes agree.
    public let batchSize: Int
    /// Threads that read and preprocess.
    public let readers: Int

    /// A batch over a source.
    ///
    /// - Parameters:
    ///   - source: Where images come from.
    ///   - predictor: What is made of them.
    ///   - batchSize: Images that the network computes at a time.
    ///   - readers: Threads that read and preprocess.
    public init(source: any GraySource, predictor: Predictor, batchSize: Int, readers: Int) {
        self.source = source
        self.predictor = predictor
        self.batchSize = max(1, batchSize)
        self.readers = max(1, readers)
    }

    /// What became of one image.
    public enum Outcome: Sendable {
        /// Its logit, and the image with its Grad-CAM over it where that was asked for.
        case predicted(ImagePrediction, ColorImage?)
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
        let source = source
        var waiting: [(row: ImageTable.Row, image: GrayImage)] = []
        func predict() throws {
            guard !waiting.isEmpty else { return }
            let predictions = try predictor.predict(waiting.map(\.image), explain: explain)
            for (item, prediction) in zip(waiting, predictions) {
                guard prediction.logit.isFinite else {
                    let path = source.path(of: item.row)
                    let reason = "\(path): the logit is \(prediction.logit); are the weights damaged?"
                    try finished(item.row, .failed(reason: reason))
                    continue
                }
                let picture = prediction.map.map { ColorImage(item.image, heat: $0) }
                try finished(item.row, .predicted(ImagePrediction(item.row, logit: prediction.logit), picture))
            }
            waiting = []
        }
        let prefetch = OrderedPrefetch(workers: readers, ahead: readers + batchSize)
        try prefetch.run(count: rows.count) { number in
            Result { try source.image(of: rows[number]) }
        } take: { number, result in
            if shouldStop() { return false }
            switch result {
            case .failure(let error): try finished(rows[number], .failed(reason: "\(error)"))
            case .success(let image):
                guard image.rows >= 32, image.columns >= 32 else {
                    let path = source.path(of: rows[number])
                    let reason = "\(path): \(image.rows)x\(image.columns) pixels, expected at least 32x32"
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
    }
}
