/// The way from a preprocessed image's pixels back to the DICOM image's:
/// `dicom = origin + scale * (pixel + 0.5) - 0.5`, pixel centres being whole numbers in both.
public struct CoordinateMap: Codable, Equatable, Sendable {
    /// The DICOM column at which the image begins; negative where black lies to the left.
    public let originX: Double
    /// The DICOM row at which the image begins; negative where black lies above.
    public let originY: Double
    /// DICOM columns a pixel; negative where the image is mirrored.
    public let scaleX: Double
    /// DICOM rows a pixel.
    public let scaleY: Double

    enum CodingKeys: String, CodingKey {
        case originX = "origin_x"
        case originY = "origin_y"
        case scaleX = "scale_x"
        case scaleY = "scale_y"
    }

    /// The map of what a pipeline made of an image whose rows and columns had been halved `reduction` times.
    public init(_ result: Preprocessor.Result, reduction: Int) {
        let scale = Double(1 << reduction)
        let (box, placement) = (result.region.box, result.placement)
        let across = Double(box.width + placement.padding.left) * scale / Double(placement.columns)
        let x = Double(box.x - placement.padding.left) * scale - Double(placement.left) * across
        (originX, scaleX) = result.isMirrored ? (x + across * Double(result.image.columns), -across) : (x, across)
        scaleY = Double(box.height + placement.padding.top) * scale / Double(placement.rows)
        originY = Double(box.y - placement.padding.top) * scale - Double(placement.top) * scaleY
    }
}
