import MammoBase
import MammoData
import MammoImage

/// A folder of pictures that show where scores come from: one for each image, or a sheet for each patient.
public struct HeatMapFolder {
    /// Where they are written.
    public let path: String
    private let makesSheets: Bool
    /// Images of each patient that are still to come, and the pictures of those that came.
    private var waiting: [String: (images: Int, pictures: [ColorImage])] = [:]
    /// Rows of an image on a sheet.
    private static let sheetHeight = 480

    /// Opens a folder and makes it where there is none.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - makesSheets: A sheet for each patient, `{patient}.png`, in place of a picture for each image.
    /// - Throws: `DataError.unwritable`.
    public init(_ path: String, makesSheets: Bool) throws(DataError) {
        (self.path, self.makesSheets) = (path, makesSheets)
        try Files.makeFolder(path)
    }

    /// The images to predict: those of `rows` that are not predicted yet, and all of a patient whose sheet is not there.
    ///
    /// - Parameters:
    ///   - rows: All images.
    ///   - isPredicted: Whether one was predicted by an earlier process.
    /// - Returns: In the order of `rows`.
    public mutating func rows(
        of rows: [ImageTable.Row], isPredicted: (ImageTable.Row) -> Bool
    ) -> [ImageTable.Row] {
        guard makesSheets else { return rows.filter { !isPredicted($0) } }
        var isIncomplete: [String: Bool] = [:]
        for row in rows {
            let known = isIncomplete[row.patientID] ?? !Files.isFile(sheet(of: row.patientID))
            isIncomplete[row.patientID] = known || !isPredicted(row)
        }
        let toDo = rows.filter { isIncomplete[$0.patientID] == true }
        for row in toDo { waiting[row.patientID, default: (0, [])].images += 1 }
        return toDo
    }

    /// Writes the picture of an image, or the sheet of its patient where it is the last of them.
    ///
    /// - Parameters:
    ///   - row: The image's row.
    ///   - prediction: Its score.
    ///   - explanation: Where it comes from.
    /// - Throws: `DataError.unwritable`, `ImageError`.
    public mutating func add(
        _ row: ImageTable.Row, _ prediction: ImagePrediction, _ explanation: Explanation
    ) throws {
        let label = row.cancer.map { $0 ? ", cancer" : ", no cancer" } ?? ""
        let score = "score \(prediction.probability.decimals(4))\(label)"
        let breast = row.predictionID.map { "breast \($0), " } ?? ""
        guard makesSheets else {
            let name = "\(row.patientID)_\(row.imageID)"
            let picture = explanation.panel(caption: [name, breast + score]).picture
            return try Files.write(try PNGEncoder.encode(picture), to: "\(path)/\(row.outputName)")
        }
        let small = Explanation(
            image: try PreprocessedImage.gray8(explanation.image).thumbnail(height: Self.sheetHeight),
            map: explanation.map)
        waiting[row.patientID]?.pictures.append(small.panel(caption: [row.imageID, breast + score]).picture)
        try end(row)
    }

    /// Takes notice of an image that cannot be predicted.
    ///
    /// - Parameter row: Its row.
    /// - Throws: `DataError.unwritable`, `ImageError`.
    public mutating func skip(_ row: ImageTable.Row) throws { if makesSheets { try end(row) } }

    private mutating func end(_ row: ImageTable.Row) throws {
        let patient = row.patientID
        waiting[patient]?.images -= 1
        guard let all = waiting[patient], all.images <= 0 else { return }
        waiting[patient] = nil
        guard !all.pictures.isEmpty else { return }
        let sheet = HeatPanel.sheet(title: "patient \(patient)", all.pictures)
        try Files.write(try PNGEncoder.encode(sheet), to: self.sheet(of: patient))
    }

    private func sheet(of patient: String) -> String { "\(path)/\(patient).png" }
}

extension Explanation {
    /// The image beside its map, with lines below.
    func panel(caption: [String]) -> HeatPanel {
        HeatPanel(image, heat: map.values, heatRows: map.rows, heatColumns: map.columns, caption: caption)
    }
}
