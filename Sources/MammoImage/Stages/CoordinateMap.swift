/// The way from a preprocessed image's pixels back to the DICOM image's:
/// `dicom = origin + scale * (pixel + 0.5) - 0.5`, pixel centres being whole numbers in both.
public struct CoordinateMap: Codable, Equatable, Sendable {
    /// The DICOM column at which the padded crop begins; negative where padding lies to the left.
    public let originX: Double
    /// The DICOM row at which the padded crop begins; negative where padding lies above.
    public let originY: Double
    /// DICOM columns a pixel.
    public let scaleX: Double
    /// DICOM rows a pixel.
    public let scaleY: Double

    enum CodingKeys: String, CodingKey {
        case originX = "origin_x"
        case originY = "origin_y"
        case scaleX = "scale_x"
        case scaleY = "scale_y"
    }

    /// The map of a crop that was padded and resized to `rows` × `columns`, in an image whose rows and columns had been
    /// halved `reduction` times.
    public init(box: CropBox, padding: AspectPadding, rows: Int, columns: Int, reduction: Int) {
        let scale = Double(1 << reduction)
        originX = Double(box.x - padding.left) * scale
        originY = Double(box.y - padding.top) * scale
        scaleX = Double(box.width + padding.left) * scale / Double(columns)
        scaleY = Double(box.height + padding.top) * scale / Double(rows)
    }
}
