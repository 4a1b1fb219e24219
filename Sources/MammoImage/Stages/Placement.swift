/// Where the crop comes to lie in the output.
public struct Placement: Equatable, Sendable {
    /// What is added to the crop before it is resized.
    public let padding: AspectPadding
    /// Rows of the output that the padded crop is resized to.
    public let rows: Int
    /// Columns of the output that the padded crop is resized to.
    public let columns: Int
    /// Black rows of the output above them.
    public let top: Int
    /// Black columns of the output to their left.
    public let left: Int
    private let output: PixelSize

    /// The placement of a crop of `width` columns and `height` rows.
    public init(width: Int, height: Int, _ parameters: PreprocessParameters) {
        output = PixelSize(rows: parameters.rows, columns: parameters.columns)
        padding = parameters.fit == .pad ? AspectPadding(width: width, height: height) : .none
        switch parameters.fit {
        case .pad, .stretch: (rows, columns) = (output.rows, output.columns)
        case .center:
            // In this order of operations and cut off, as the 1st place of RSNA's challenge has it in Python, which fails where
            // nothing is left of a thin crop.
            let ratio = min(Double(output.rows) / Double(height), Double(output.columns) / Double(width))
            (rows, columns) = (max(1, Int(Double(height) * ratio)), max(1, Int(Double(width) * ratio)))
        }
        (top, left) = ((output.rows - rows) / 2, (output.columns - columns) / 2)
    }

    /// Cuts `box` out of `image`, and brings it to the output's size.
    ///
    /// - Throws: `ImageError.tooThin` where padding would be out of all proportion to the image; `ImageError.operation` with
    ///   OpenCV's message.
    func apply<Sample>(
        to image: GrayRaster<Sample>, croppedTo box: CropBox, by method: ResizeMethod
    ) throws(ImageError) -> GrayRaster<Sample> {
        let resized = try padding.apply(to: image, croppedTo: box).resized(rows: rows, columns: columns, by: method)
        guard (rows, columns) != (output.rows, output.columns) else { return resized }
        let whole = CropBox(x: 0, y: 0, width: columns, height: rows)
        return resized.placed(whole, in: output, top: top, left: left)
    }
}
