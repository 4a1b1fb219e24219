import MammoCompute
import MammoImage

/// A trained network on a device, with what its weights file records.
public struct TrainedModel: Sendable {
    /// The weights file.
    public let path: String
    /// SHA-256 of the weights file.
    public let digest: String
    /// The network, with one logit.
    public let network: ConvNeXt
    /// How its images are made; nil where the file does not say.
    public let preprocessing: PreprocessParameters?
    /// How gray becomes input; ImageNet's where the file does not say.
    public let normalisation: Normalisation

    /// Reads a weights file and brings it to a device.
    ///
    /// - Parameters:
    ///   - path: A .safetensors or .pth file of a network with one logit.
    ///   - device: Where it is to compute.
    /// - Throws: `DataError.unreadable`, `WeightsError`, `ComputeError`.
    public init(path: String, device: any Device) throws {
        let weights = try ModelWeights(try WeightsFile(path: path))
        try weights.requireLogit()
        self.path = path
        digest = weights.file.digest
        network = try ConvNeXt(device: device, weights: weights)
        preprocessing = weights.metadata.preprocessing
        normalisation = weights.metadata.normalisation ?? .imageNet
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
