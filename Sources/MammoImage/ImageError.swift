/// Why an image could not be made or read; the path is the caller's to put in front.
public enum ImageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Slope and intercept carry stored values out of float32's range.
    case rescaleOutOfRange(slope: Double, intercept: Double)
    /// No such window, or one that is none.
    case voi(String)
    /// A crop so thin that padding it to 1:2 would take more pixels than any mammogram has.
    case tooThin(rows: Int, columns: Int)
    /// OpenCV refused; the text is its own.
    case operation(String, reason: String)
    /// libdeflate could not compress the rows.
    case compression
    /// An augmentation that images of this depth cannot go through.
    case augmentation(String)
    /// Bytes that are no gray PNG.
    case png(String)

    /// One line without the path.
    public var description: String {
        switch self {
        case .rescaleOutOfRange(let slope, let intercept):
            "RescaleSlope \(slope) and RescaleIntercept \(intercept) exceed float32's range"
        case .voi(let reason): reason
        case .tooThin(let rows, let columns):
            "the crop of \(rows)×\(columns) (rows × columns), padded to 1:2, has more pixels than any mammogram; try roi robust or none, or fit center"
        case .operation(let name, let reason): "\(name) failed: \(reason)"
        case .compression: "the PNG could not be compressed: not enough memory"
        case .augmentation(let reason): reason
        case .png(let reason): "not a usable PNG: \(reason)"
        }
    }
}
