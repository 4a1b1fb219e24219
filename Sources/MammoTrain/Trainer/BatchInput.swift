import MammoCompute
import MammoData
import MammoGraph
import MammoNet

/// A batch, or a process's share of it, as a network takes it.
struct BatchInput {
    /// N×H×W×3, normalised, and mixed where the batch is.
    let values: Tensor
    /// 0 to 1; between them where images are mixed.
    let labels: [Float]

    /// Normalises and mixes a batch's images, in single precision as torchvision's MixUp.
    ///
    /// - Parameters:
    ///   - batch: Images of one size, at least one of them this process's.
    ///   - normalisation: How gray becomes input.
    ///   - staged: The batch's images, where they are on their way to the device.
    ///   - device: Where the network computes.
    /// - Throws: `ComputeError.outOfMemory`.
    init(
        _ batch: TrainingBatch, _ normalisation: Normalisation, staged: StagedInput?, on device: any Device
    ) throws(ComputeError) {
        let input = try device.input(staged ?? StagedInput(normalisation.batch(of: batch.images)))
        guard let own = batch.mixup else {
            (values, labels) = (input, batch.labels)
            return
        }
        // The last image may be there for its neighbour's sake alone.
        let images = batch.range.count
        values = try device.mixed(input, own: own, images: images)
        labels = (0..<images).map { batch.labels[batch.partner(of: $0)] * (1 - own) + batch.labels[$0] * own }
    }
}
