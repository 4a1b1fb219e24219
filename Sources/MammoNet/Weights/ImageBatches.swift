import MammoCompute

/// Batches of images from a file of tensors, as PyTorch stores them, in the layout of `Shape`.
package struct ImageBatches {
    /// The shape of each batch.
    package let shape: Shape
    /// The number of batches.
    package let count: Int
    private let values: [Float]

    /// Reads a tensor of images.
    ///
    /// - Parameters:
    ///   - file: A file of tensors.
    ///   - name: The tensor: N×C×H×W is one batch, S×N×C×H×W are S of them.
    /// - Throws: `WeightsError.misfit` where there is no such tensor.
    package init(_ file: WeightsFile, _ name: String) throws(WeightsError) {
        let entry = try file.entry(name)
        guard (4...5).contains(entry.shape.count) else {
            throw .misfit(
                path: file.path, reason: "\(name) is \(entry.shape), expected [N, C, H, W] or [S, N, C, H, W]")
        }
        let extents = Array(entry.shape.suffix(4))
        shape = Shape(images: extents[0], rows: extents[2], columns: extents[3], channels: extents[1])
        count = entry.shape.count == 5 ? entry.shape[0] : 1
        values = file.values(of: entry)
            .transposed(matrices: count * shape.images, rows: shape.channels, columns: shape.rows * shape.columns)
    }

    /// A batch's values.
    ///
    /// - Parameter number: From 0.
    /// - Returns: `shape.count` values, channels next to each other.
    package subscript(number: Int) -> [Float] { Array(values[number * shape.count..<(number + 1) * shape.count]) }
}

extension WeightsFile {
    /// The tensor of a name.
    ///
    /// - Parameter name: As the file has it.
    /// - Returns: What the file says of it.
    /// - Throws: `WeightsError.misfit` where there is none.
    package func entry(_ name: String) throws(WeightsError) -> Entry {
        if let entry = tensors.first(where: { $0.name == name }) { return entry }
        throw .misfit(path: path, reason: "no tensor \(name) among its \(tensors.count)")
    }
}
