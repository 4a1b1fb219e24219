import MammoCompute
import MammoGraph
import MammoImage

extension Normalisation {
    /// A batch for a device to take.
    ///
    /// - Parameters:
    ///   - images: Gray images of one size. Where any has 16 bits a pixel all are taken to them, which changes no bit of
    ///     what becomes of the others.
    ///   - flip: Applied to each.
    /// - Returns: What `Device.input` takes.
    package func batch(of images: [PreprocessedImage], flipped flip: Flip = .none) -> GrayInput {
        precondition(
            images.allSatisfy { $0.rows == images[0].rows && $0.columns == images[0].columns }, "images of one size")
        let narrow = images.compactMap { if case .gray8(let image) = $0 { image.pixels } else { nil } }
        let pixels: GrayInput.Pixels =
            narrow.count == images.count ? .eight(narrow) : .sixteen(images.map(\.widened.pixels))
        return GrayInput(
            pixels, rows: images[0].rows, columns: images[0].columns, turnsColumns: flip.turnsColumns,
            turnsRows: flip.turnsRows, mean: mean, deviation: deviation)
    }
}
