import MammoCompute
import MammoGraph
import MammoImage

extension Normalisation {
    /// A batch for a device to take.
    ///
    /// - Parameters:
    ///   - images: Gray images of one size.
    ///   - flip: Applied to each.
    /// - Returns: What `Device.input` takes.
    package func batch(of images: [GrayImage], flipped flip: Flip = .none) -> GrayInput {
        precondition(
            images.allSatisfy { $0.rows == images[0].rows && $0.columns == images[0].columns }, "images of one size")
        return GrayInput(
            images.map(\.pixels), rows: images[0].rows, columns: images[0].columns, turnsColumns: flip.turnsColumns,
            turnsRows: flip.turnsRows, mean: mean, deviation: deviation)
    }
}
