import MammoCompute
import MammoNet

/// The images and labels of Fixtures/training, which all of its cases see.
package struct TrainingBatches {
    /// Of each step, images × rows × columns × 3.
    package let images: [[Float]]
    /// Of each step.
    package let labels: [[Float]]
    /// Of each step's images.
    package let shape: Shape

    package init() throws {
        let file = try WeightsFile(path: Fixtures.path("training/batches.safetensors"))
        let entries = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
        guard let images = entries["images"], let labels = entries["labels"] else {
            preconditionFailure("Fixtures/training/batches.safetensors has other tensors")
        }
        let (steps, n, rows, columns) = (images.shape[0], images.shape[1], images.shape[3], images.shape[4])
        let values = file.values(of: images).transposed(matrices: steps * n, rows: 3, columns: rows * columns)
        let all = file.values(of: labels)
        let shape = Shape(images: n, rows: rows, columns: columns, channels: 3)
        self.shape = shape
        self.images = (0..<steps).map { Array(values[$0 * shape.count..<($0 + 1) * shape.count]) }
        self.labels = (0..<steps).map { Array(all[$0 * n..<($0 + 1) * n]) }
    }
}
