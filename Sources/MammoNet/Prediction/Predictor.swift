import MammoCompute
import MammoGraph
import MammoImage

/// Networks, and what is done with an image before and after them.
public struct Predictor: Sendable {
    /// Networks with one logit each, on one device.
    public let networks: [InferenceNetwork]
    /// How gray becomes input.
    public let normalisation: Normalisation
    /// Which mirror images are averaged.
    public let augmentation: TestTimeAugmentation

    /// A predictor of at least one network.
    ///
    /// - Parameters:
    ///   - networks: Networks with one logit each, on one device.
    ///   - normalisation: How gray becomes input.
    ///   - augmentation: Which mirror images are averaged.
    public init(networks: [InferenceNetwork], normalisation: Normalisation, augmentation: TestTimeAugmentation) {
        precondition(!networks.isEmpty && networks.allSatisfy { $0.outputs == 1 }, "networks with one logit each")
        self.networks = networks
        self.normalisation = normalisation
        self.augmentation = augmentation
    }

    /// What is said of one image.
    public struct Prediction: Sendable {
        /// The mean of the logits over mirror images, then over networks.
        public let logit: Float
        /// The first network's Grad-CAM of the image as it is; nil where it was not asked for.
        public let map: GradCAM?
    }

    /// Predicts images.
    ///
    /// - Parameters:
    ///   - images: Gray images of one size, at least the architecture's `minimumSide` rows and columns.
    ///   - explain: Whether maps are made too.
    /// - Returns: One prediction for each.
    /// - Throws: `ComputeError`.
    public func predict(_ images: [GrayImage], explain: Bool = false) throws -> [Prediction] {
        try predict(images.map(PreprocessedImage.gray8), explain: explain)
    }

    /// Predicts images of either depth.
    ///
    /// - Parameters:
    ///   - images: Gray images of one size, at least the architecture's `minimumSide` rows and columns.
    ///   - explain: Whether maps are made too.
    /// - Returns: One prediction for each.
    /// - Throws: `ComputeError`.
    public func predict(_ images: [PreprocessedImage], explain: Bool = false) throws -> [Prediction] {
        var sums = [Float](repeating: 0, count: images.count)
        var maps: [GradCAM]?
        let flips = augmentation.flips
        for flip in flips {
            let batch = try input(images, flipped: flip)
            for network in networks {
                var lastStage: Tensor?
                let isExplained = explain && maps == nil
                let output = try isExplained ? network.logits(batch) { lastStage = $1 } : network.logits(batch)
                let logits = try network.device.read(output)
                for (image, logit) in logits.enumerated() { sums[image] += logit }
                // The first of all passes is the first network's over the images as they are.
                if let lastStage { maps = try GradCAM.maps(of: network, lastStage: lastStage) }
            }
        }
        return images.indices.map {
            Prediction(logit: sums[$0] / Float(flips.count * networks.count), map: maps?[$0])
        }
    }

    /// A batch on the device: N×H×W×3, normalised.
    package func input(_ images: [PreprocessedImage], flipped flip: Flip) throws(ComputeError) -> Tensor {
        try networks[0].device.input(normalisation.batch(of: images, flipped: flip))
    }
}
