import MammoBase
import MammoData
import MammoImage

/// Pictures of what a run learns from and where it errs, for TensorBoard.
struct RunPictures {
    private static let columns = 4
    private static let mostImages = 16
    private static let mostWorst = 8
    private static let grid = ImageGrid(columns: columns, tileHeight: 320)

    /// A batch as the network sees it, with labels.
    ///
    /// - Parameter batch: A process's share of it.
    /// - Returns: Its first images; nil where it has none.
    /// - Throws: `ImageError`.
    static func batch(_ batch: TrainingBatch) throws(ImageError) -> GrayImage? {
        let mixed = batch.mixup.map { ", mixed \(Double(1 - $0).decimals(2))" } ?? ""
        let tiles = try zip(batch.images, batch.rows).prefix(mostImages).map { image, row throws(ImageError) in
            try grid.tile(image, caption: [row.outputName, label(row.cancer == true) + mixed])
        }
        return tiles.isEmpty ? nil : grid.compose(tiles)
    }

    /// The images of a validation that the network was most wrong about, the worst first.
    ///
    /// - Parameters:
    ///   - predictions: Of the validation's rows, in their order.
    ///   - validation: Reads their images.
    /// - Returns: A few of them; nil where there is none.
    /// - Throws: `DataError` where images cannot be read, `ImageError`.
    static func worst(_ predictions: [ValidationFile.Prediction], _ validation: TrainingLoader) throws -> GrayImage? {
        let places = predictions.indices.filter { !predictions[$0].logit.isNaN }
        let worst = places.sorted { (error(predictions[$0]), $1) > (error(predictions[$1]), $0) }.prefix(mostWorst)
        let tiles = try worst.map { place in
            let prediction = predictions[place]
            let caption = [
                "\(prediction.patientID)_\(prediction.imageID)",
                "\(label(prediction.label)), score \(prediction.probability.decimals(3))",
            ]
            return try grid.tile(try validation.image(at: place), caption: caption)
        }
        return tiles.isEmpty ? nil : grid.compose(tiles)
    }

    /// How far a score is from its label.
    private static func error(_ prediction: ValidationFile.Prediction) -> Float {
        prediction.label ? -prediction.logit : prediction.logit
    }

    private static func label(_ cancer: Bool) -> String { cancer ? "cancer" : "no cancer" }
}
