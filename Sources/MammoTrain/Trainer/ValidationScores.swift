import MammoData
import MammoNet
import MammoScore

/// How good a network is on the validation images, by image and by breast.
public struct ValidationScores: Equatable, Sendable {
    /// Of one unit.
    public struct Of: Equatable, Sendable {
        /// pF1 of the probabilities as they are.
        public var pf1: Double
        /// The best of the seed's thresholds, and what it gives.
        public var gridF: Double
        /// The first of the seed's thresholds that gives it.
        public var gridThreshold: Double
        /// The best of all thresholds gives this.
        public var bestF: Double
        /// The middle of the best thresholds.
        public var bestThreshold: Double
        /// Nil where one of the classes is not there.
        public var rocAUC: Double?
        /// Average precision.
        public var averagePrecision: Double

        init(labels: [Bool], scores: [Double]) {
            let set = ScoredSet(labels: labels, scores: scores)
            let ranking = Ranking(set)
            let (best, grid) = (ExactSearch(ranking), GridSearch(set))
            pf1 = ProbabilisticF.plain(set)
            (gridF, gridThreshold) = (grid.score, grid.threshold)
            (bestF, bestThreshold) = (best.score, best.threshold)
            (rocAUC, averagePrecision) = (ranking.areaUnderROC, ranking.averagePrecision)
        }
    }

    /// The mean loss over the images, by the run's loss with labels as they are.
    public var loss: Double
    /// By image.
    public var image: Of
    /// By breast, its images' mean.
    public var breast: Of

    /// Scores predictions.
    ///
    /// - Parameters:
    ///   - predictions: Of the validation images.
    ///   - labels: Whether each has cancer.
    ///   - loss: The run's.
    public init(_ predictions: [ImagePrediction], labels: [Bool], loss: BinaryLoss) {
        let hard = BinaryLoss(positiveWeight: loss.positiveWeight)
        let sum = zip(predictions, labels).reduce(0.0) {
            $0 + hard.value(logit: Double($1.0.logit), label: $1.1 ? 1 : 0)
        }
        self.loss = sum / Double(max(1, predictions.count))
        image = Of(labels: labels, scores: predictions.map(\.probability))
        var places: [String: Int] = [:]
        var (sums, counts, cancers) = ([Double](), [Double](), [Bool]())
        for (prediction, label) in zip(predictions, labels) {
            let place = places[prediction.predictionID] ?? sums.count
            if place == sums.count {
                places[prediction.predictionID] = place
                sums.append(0)
                counts.append(0)
                cancers.append(false)
            }
            sums[place] += prediction.probability
            counts[place] += 1
            cancers[place] = cancers[place] || label
        }
        breast = Of(labels: cancers, scores: zip(sums, counts).map { $0 / $1 })
    }

    /// The figure that chooses the best epoch; larger is better.
    public enum Selection: String, CaseIterable, Codable, Sendable {
        case pf1Breast = "pf1-breast"
        case pf1Image = "pf1-image"
        case auc
        case aucBreast = "auc-breast"
        case averagePrecision = "average-precision"
        case loss
    }

    /// A figure.
    ///
    /// - Parameter selection: Which.
    /// - Returns: Larger is better; the loss with its sign turned.
    public func figure(_ selection: Selection) -> Double {
        switch selection {
        case .pf1Breast: breast.bestF
        case .pf1Image: image.bestF
        case .auc: image.rocAUC ?? 0
        case .aucBreast: breast.rocAUC ?? 0
        case .averagePrecision: image.averagePrecision
        case .loss: -loss
        }
    }
}
