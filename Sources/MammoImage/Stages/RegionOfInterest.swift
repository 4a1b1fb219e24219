import MammoDICOM
import CMessage
import COpenCV

/// Where the breast is: Gaussian blur 5×5, Otsu's threshold (Otsu 1979, doi:10.1109/TSMC.1979.4310076), and the
/// bounding box of the largest external contour. OpenCV's own functions, so that every box is the seed's.
public struct RegionOfInterest: Equatable, Sendable {
    /// The bounding box, in pixels of the image it was found in.
    public let box: CropBox
    /// Otsu's threshold on the blurred image, 0 to 255.
    public let otsuThreshold: Double

    /// Finds the region in `image` by `method`.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    public init(in image: GrayImage, by method: RegionMethod) throws(ImageError) {
        switch method {
        case .otsu: try self.init(in: image)
        case .none:
            self.init(box: CropBox(x: 0, y: 0, width: image.columns, height: image.rows), otsuThreshold: 0)
        }
    }

    init(box: CropBox, otsuThreshold: Double) {
        self.box = box
        self.otsuThreshold = otsuThreshold
    }

    /// Otsu's region.
    init(in image: GrayImage) throws(ImageError) {
        let (rows, columns) = (Int32(image.rows), Int32(image.columns))
        var message = cmessage()
        var threshold = 0.0
        var box = copencv_box()

        let blurred = try pixels(of: image, "GaussianBlur", &message) { out, message in
            copencv_gaussian_blur_5x5(image.pixels, rows, columns, out, &message)
        }
        let mask = try pixels(of: image, "Otsu's threshold", &message) { out, message in
            copencv_otsu(blurred, rows, columns, out, &threshold, &message)
        }
        guard copencv_largest_contour_box(mask, rows, columns, &box, &message) == 0 else {
            throw .operation("findContours", reason: message.string)
        }
        otsuThreshold = threshold
        // A black image has no pixel above its threshold, and is kept whole; all others have one.
        self.box =
            box.width > 0
            ? CropBox(x: Int(box.x), y: Int(box.y), width: Int(box.width), height: Int(box.height))
            : CropBox(x: 0, y: 0, width: image.columns, height: image.rows)
    }
}

/// Pixels that an OpenCV call writes, as many as `image` has.
private func pixels(
    of image: GrayImage, _ name: String, _ message: inout cmessage,
    _ call: (UnsafeMutablePointer<UInt8>?, inout cmessage) -> Int32
) throws(ImageError) -> [UInt8] {
    var status: Int32 = 0
    let out = [UInt8](unsafeUninitializedCapacity: image.pixels.count) { buffer, count in
        status = call(buffer.baseAddress, &message)
        count = status == 0 ? image.pixels.count : 0
    }
    guard status == 0 else { throw .operation(name, reason: message.string) }
    return out
}
