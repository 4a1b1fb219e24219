import MammoCompute
import MammoData
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
    ///   - device: Where the network computes.
    /// - Throws: `ComputeError.outOfMemory`.
    init(_ batch: TrainingBatch, _ normalisation: Normalisation, on device: any Device) throws(ComputeError) {
        let shape = Shape(
            images: batch.range.count, rows: batch.images[0].rows, columns: batch.images[0].columns, channels: 3)
        let plain = normalisation.values(of: batch.images)
        guard let own = batch.mixup else {
            (values, labels) = (try device.tensor(plain, shape), batch.labels)
            return
        }
        let count = shape.count / shape.images
        let mixed = [Float](unsafeUninitializedCapacity: shape.count) { out, filled in
            for image in 0..<shape.images {
                let (mine, other) = (image * count, batch.partner(of: image) * count)
                for i in 0..<count { out[mine + i] = plain[other + i] * (1 - own) + plain[mine + i] * own }
            }
            filled = shape.count
        }
        values = try device.tensor(mixed, shape)
        labels = (0..<shape.images).map { batch.labels[batch.partner(of: $0)] * (1 - own) + batch.labels[$0] * own }
    }
}
