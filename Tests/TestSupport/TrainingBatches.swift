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
        let batches = try ImageBatches(file, "images")
        let all = file.values(of: try file.entry("labels"))
        let n = batches.shape.images
        shape = batches.shape
        images = (0..<batches.count).map { batches[$0] }
        labels = (0..<batches.count).map { Array(all[$0 * n..<($0 + 1) * n]) }
    }
}
