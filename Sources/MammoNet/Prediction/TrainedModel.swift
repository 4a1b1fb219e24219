import MammoCompute
import MammoData
import MammoGraph
import MammoImage

/// A trained network, on one device or several, with what its weights file records.
public struct TrainedModel: Sendable {
    /// The weights file.
    public let path: String
    /// SHA-256 of the weights file.
    public let digest: String
    /// The network, with one logit, on each device in their order.
    public let networks: [InferenceNetwork]
    /// How its images are made; nil where the file does not say.
    public let preprocessing: PreprocessParameters?
    /// How gray becomes input; the architecture's where the file does not say.
    public let normalisation: Normalisation
    /// Above it a breast is positive; of calibrated scores, where there is a calibration. Nil where the file has none.
    public let threshold: Double?
    /// How scores become probabilities; nil where the file does not say.
    public let calibration: CalibrationRecord?
    /// What was decided in reading the file: `ModelWeights.notes`.
    public let notes: [String]
    /// The digest, and which weights of the file are used where it has several.
    package let identity: String

    /// Reads a weights file and brings it to devices.
    ///
    /// - Parameters:
    ///   - path: A .safetensors or .pth file of a network with one logit.
    ///   - devices: Where it is to compute.
    ///   - ema: Whether averaged weights are preferred, where a checkpoint has both.
    ///   - arithmetic: Gives what products are computed in, by the identity of the weights.
    /// - Throws: `DataError.unreadable`, `WeightsError`, `ComputeError`; what `arithmetic` throws.
    public init(
        path: String, devices: [any Device], ema: Bool = true,
        arithmetic: (String) throws -> Arithmetic = { _ in .full }
    ) throws {
        var weights = try ModelWeights(try WeightsFile(path: path), ema: ema)
        try weights.requireLogit()
        self.path = path
        digest = weights.file.digest
        identity = weights.hasChoice && !ema ? "\(digest) --no-ema" : digest
        notes = weights.notes
        let chosen = try arithmetic(identity)
        guard chosen.knows(weights.architecture.segments) else {
            throw WeightsError.misfit(
                path: path,
                reason: "is of \(weights.architecture.name), but int8 is for ConvNeXt alone; predict in fp32")
        }
        networks = try devices.map { try InferenceNetwork(device: $0, weights: weights, arithmetic: chosen) }
        preprocessing = weights.metadata.preprocessing
        (threshold, calibration) = (weights.metadata.threshold, weights.metadata.calibration)
        normalisation = weights.metadata.normalisation ?? weights.architecture.normalisation
    }

    /// What predicts with some models, for each device that they are on.
    ///
    /// - Parameters:
    ///   - models: At least one, all on the same devices.
    ///   - augmentation: Which mirror images are averaged.
    /// - Returns: One for each device.
    public static func predictors(
        _ models: [TrainedModel], augmentation: TestTimeAugmentation
    ) -> [Predictor] {
        models[0].networks.indices.map { device in
            Predictor(
                networks: models.map { $0.networks[device] }, normalisation: models[0].normalisation,
                augmentation: augmentation)
        }
    }

    /// Refuses networks that want different images.
    ///
    /// - Parameter models: At least one.
    /// - Throws: `WeightsError.misfit` with the first that differs from the first of all.
    public static func checkAgreement(_ models: [TrainedModel]) throws(WeightsError) {
        for model in models.dropFirst() {
            guard model.preprocessing == models[0].preprocessing, model.normalisation == models[0].normalisation else {
                throw .misfit(
                    path: model.path,
                    reason: "was trained on images made otherwise than those of \(models[0].path); "
                        + "predict with each alone")
            }
        }
    }
}
