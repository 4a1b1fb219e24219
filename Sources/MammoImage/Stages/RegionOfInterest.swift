import CMessage
import COpenCV
import MammoBase
import MammoDICOM

/// Where the breast is in an image.
public struct RegionOfInterest: Equatable, Sendable {
    /// The bounding box, in pixels of the image it was found in.
    public let box: CropBox
    /// The threshold that decided, on the blurred image, 0 to 255.
    public let otsuThreshold: Double
    /// Which step of the method decided.
    public let step: String
    /// How sure the method is, 0 to 1; nil where it does not say.
    public let confidence: Double?

    init(box: CropBox, otsuThreshold: Double, step: String, confidence: Double?) {
        self.box = box
        self.otsuThreshold = otsuThreshold
        self.step = step
        self.confidence = confidence
    }

    /// No region: all of the image.
    init(wholeOf image: GrayImage, step: String, confidence: Double?) {
        self.init(
            box: CropBox(x: 0, y: 0, width: image.columns, height: image.rows), otsuThreshold: 0, step: step,
            confidence: confidence)
    }

    /// Finds the region in `image` by `method`.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    public init(in image: GrayImage, by method: RegionMethod) throws(ImageError) {
        switch method {
        case .otsu: self = try Self.otsu(in: image)
        case .robust: self = try RobustRegion.find(in: image)
        case .none: self.init(wholeOf: image, step: "none", confidence: nil)
        }
    }

    /// The reference pipeline's method: Gaussian blur 5×5, Otsu's threshold, and the bounding box of the largest external
    /// contour. Blur and threshold are OpenCV's to the bit; OpenCV follows the contours only where that is needed to tell
    /// which is the largest.
    private static func otsu(in image: GrayImage) throws(ImageError) -> RegionOfInterest {
        let smoothed = SmoothedRows(of: image)
        let threshold = OtsuThreshold.of(smoothed.histogram())
        let regions = smoothed.regions(above: UInt8(threshold))
        // A black image has no pixel above its threshold, and is kept whole; all others have one.
        if regions.isEmpty { return RegionOfInterest(wholeOf: image, step: "otsu", confidence: nil) }
        let box = if let box = regions.largestBox() { box } else { try followedContours(in: image) }
        return RegionOfInterest(box: box, otsuThreshold: Double(threshold), step: "otsu", confidence: nil)
    }

    /// The same box by OpenCV alone.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    package static func followedContours(in image: GrayImage) throws(ImageError) -> CropBox {
        let mask = try image.blurred().otsu().mask
        var message = cmessage()
        var box = copencv_box()
        guard copencv_largest_contour_box(mask, Int32(image.rows), Int32(image.columns), &box, &message) == 0 else {
            throw .operation("findContours", reason: message.string)
        }
        return CropBox(x: Int(box.x), y: Int(box.y), width: Int(box.width), height: Int(box.height))
    }
}

extension GrayImage {
    /// `cv2.GaussianBlur(self, (5, 5), 0)`.
    package func blurred() throws(ImageError) -> GrayImage {
        let blurred = try filled("GaussianBlur") { out, message in
            copencv_gaussian_blur_5x5(pixels, Int32(rows), Int32(columns), out, &message)
        }
        return GrayImage(rows: rows, columns: columns, pixels: blurred)
    }

    /// Otsu's threshold, and 255 where the image is above it, else 0.
    package func otsu() throws(ImageError) -> (mask: [UInt8], threshold: Double) {
        var threshold = 0.0
        let mask = try filled("Otsu's threshold") { out, message in
            copencv_otsu(pixels, Int32(rows), Int32(columns), out, &threshold, &message)
        }
        return (mask, threshold)
    }

    /// As many pixels as the image has, written by an OpenCV call.
    private func filled(
        _ name: String, _ call: (UnsafeMutablePointer<UInt8>?, inout cmessage) -> Int32
    ) throws(ImageError) -> [UInt8] {
        var message = cmessage()
        var status: Int32 = 0
        let out = [UInt8](largeCapacity: pixels.count) { buffer, count in
            status = call(buffer.baseAddress, &message)
            count = status == 0 ? pixels.count : 0
        }
        guard status == 0 else { throw .operation(name, reason: message.string) }
        return out
    }
}
