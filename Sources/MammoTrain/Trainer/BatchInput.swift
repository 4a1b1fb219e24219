import MammoCompute
import MammoData
import MammoNet

/// A batch as a network takes it.
struct BatchInput {
    /// N×H×W×3, normalised, and mixed where the batch is.
    let values: Tensor
    /// 0 to 1; between them where images are mixed.
    let labels: [Float]

    /// Normalises and mixes a batch's images, in single precision as torchvision's MixUp.
    ///
    /// - Parameters:
    ///   - batch: Images of one size.
    ///   - normalisation: How gray becomes input.
    ///   - device: Where the network computes.
    /// - Throws: `ComputeError.outOfMemory`.
    init(_ batch: TrainingBatch, _ normalisation: Normalisation, on device: any Device) throws(ComputeError) {
        let input = try device.input(normalisation.batch(of: batch.images))
        guard let own = batch.mixup else {
            (values, labels) = (input, batch.labels)
            return
        }
        let shape = input.shape
        let plain = try device.read(input)
        let count = shape.count / shape.images
        let mixed = [Float](unsafeUninitializedCapacity: shape.count) { out, filled in
            for image in 0..<shape.images {
                let (mine, other) = (image * count, batch.partner(of: image) * count)
                for i in 0..<count { out[mine + i] = plain[other + i] * (1 - own) + plain[mine + i] * own }
            }
            filled = shape.count
        }
        try device.overwrite(input, with: mixed)
        values = input
        labels = batch.labels.indices.map { batch.labels[batch.partner(of: $0)] * (1 - own) + batch.labels[$0] * own }
    }
}
