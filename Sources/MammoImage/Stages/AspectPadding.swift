import MammoDICOM

/// The reference pipeline's padding to twice as high as wide: black rows above, or black columns to the left.
public struct AspectPadding: Equatable, Sendable {
    /// Black rows above the crop.
    public let top: Int
    /// Black columns to the left of the crop.
    public let left: Int

    /// No padding.
    public static let none = AspectPadding(top: 0, left: 0)

    private init(top: Int, left: Int) { (self.top, self.left) = (top, left) }

    /// The padding of a crop of `width` columns and `height` rows: `2w − h` rows above where it is wider than 1:2, else
    /// `int(h/2 − w)` columns to the left.
    public init(width: Int, height: Int) {
        if height < 2 * width {
            top = 2 * width - height
            left = 0
        } else {
            top = 0
            left = height / 2 - width
        }
    }

    /// Cuts `box` out of `image` and pads it.
    ///
    /// - Throws: `ImageError.tooThin` where the padding would be out of all proportion to the image.
    public func apply<Sample>(
        to image: GrayRaster<Sample>, croppedTo box: CropBox
    ) throws(ImageError) -> GrayRaster<Sample> {
        let (rows, columns) = (top + box.height, left + box.width)
        guard rows * columns <= FrameShape.mostPixels else { throw .tooThin(rows: box.height, columns: box.width) }
        return image.placed(box, in: PixelSize(rows: rows, columns: columns), top: top, left: left)
    }
}
