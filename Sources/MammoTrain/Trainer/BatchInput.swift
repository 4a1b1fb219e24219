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
    ///   - device: Where the network computes.
    /// - Throws: `ComputeError.outOfMemory`.
    init(_ batch: TrainingBatch, _ normalisation: Normalisation, on device: any Device) throws(ComputeError) {
        let input = try device.input(normalisation.batch(of: batch.images))
        guard let own = batch.mixup else {
            (values, labels) = (input, batch.labels)
            return
        }
        // The last image may be there for its neighbour's sake alone.
        var shape = input.shape
        shape.images = batch.range.count
        let plain = try device.read(input)
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
