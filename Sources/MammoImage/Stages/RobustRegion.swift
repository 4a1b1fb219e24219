import CMessage
import COpenCV
import MammoBase
import MammoDICOM

/// A region for what fools plain Otsu: bright frames and scanner edges, lines, labels, implants.
///
/// On a copy of at most 1024 rows: Otsu's threshold on the blurred image, then an opening by 3 % of the shorter side, which
/// wears frames, lines and letters away and leaves the breast: the core. Skin and nipple lie below Otsu's threshold, so
/// the core is then grown at lower ones, the lowest first, until one does not run away into the background.
enum RobustRegion {
    /// A core or a region under less of the image is no breast (the share 1st place's fallback used, too).
    private static let leastShare = 0.04
    /// Parts of the way from the background's gray to Otsu's threshold.
    private static let growth = [0.15, 0.25, 0.4, 0.6]
    /// A region that is more times as large as its core has run away.
    private static let mostGrowth = 1.4
    /// The longer side of the copy, in pixels.
    private static let workingSize = 1024

    static func find(in image: GrayImage) throws(ImageError) -> RegionOfInterest {
        let factor = max(1, (max(image.rows, image.columns) + workingSize - 1) / workingSize)
        let (rows, columns) = (max(1, image.rows / factor), max(1, image.columns / factor))
        let small = factor == 1 ? image : try image.resized(rows: rows, columns: columns, by: .area)
        let blurred = try small.blurred()
        let threshold = try blurred.otsu().threshold
        let width = max(3, 3 * min(rows, columns) / 100 | 1)

        for (name, level, trust) in [("otsu", threshold, 1.0), ("clipped", try clippedThreshold(of: small), 0.8)] {
            let core = try Component(of: blurred, above: level, width: width)
            guard core.share >= leastShare else { continue }
            let background = Double(blurred.mostFrequentValue(upTo: level))
            for part in growth {
                let region = try Component(
                    of: blurred, above: background + part * (level - background), width: width, around: core)
                if region.area < mostGrowth * core.area {
                    let inner = FrameEdges(of: blurred, around: region, brighterThan: (background + level) / 2)
                    return region.enlarged(
                        to: image, factor, inside: inner, threshold: level, step: "\(name), grown at \(part)",
                        trust: trust)
                }
            }
            let inner = FrameEdges(of: blurred, around: core, brighterThan: (background + level) / 2)
            return core.enlarged(
                to: image, factor, inside: inner, threshold: level, step: name, trust: 0.8 * trust)
        }
        return RegionOfInterest(
            wholeOf: image, step: "whole image: no region of \(Int(100 * leastShare)) %", confidence: 0)
    }

    /// Otsu's threshold where the brightest twentieth (implants, white lines) is taken for background.
    private static func clippedThreshold(of image: GrayImage) throws(ImageError) -> Double {
        var histogram = [Int](repeating: 0, count: 256)
        for value in image.pixels { histogram[Int(value)] += 1 }
        var below = 0
        let limit = histogram.firstIndex { count in
            below += count
            return below * 20 >= image.pixels.count * 19
        }
        let smallest = image.pixels.min() ?? 0
        let clipped = image.pixels.map { Int($0) > limit ?? 255 ? smallest : $0 }
        let darkened = GrayImage(rows: image.rows, columns: image.columns, pixels: clipped)
        return try darkened.blurred().otsu().threshold
    }
}

/// A connected bright region of an image, wide enough to outlast the opening.
struct Component {
    let mask: [UInt8]
    let box: CropBox
    let area: Double
    /// Of all that was bright and wide, how much this region is.
    let dominance: Double
    /// Of the image.
    let share: Double
    /// It touches the left or the right edge, as a chest wall does, and not both.
    let touchesOneSide: Bool

    init(
        of image: GrayImage, above threshold: Double, width: Int, around core: Component? = nil
    ) throws(ImageError) {
        var found = copencv_component_found()
        var message = cmessage()
        var mask = [UInt8](repeating: 0, count: image.pixels.count)
        // A null core asks for the largest.
        let status =
            if let core {
                copencv_component(
                    image.pixels, Int32(image.rows), Int32(image.columns), threshold, Int32(width), core.mask, &mask,
                    &found, &message)
            } else {
                copencv_component(
                    image.pixels, Int32(image.rows), Int32(image.columns), threshold, Int32(width), nil, &mask, &found,
                    &message)
            }
        guard status == 0 else { throw .operation("connectedComponents", reason: message.string) }
        self.mask = mask
        box = CropBox(
            x: Int(found.box.x), y: Int(found.box.y), width: Int(found.box.width), height: Int(found.box.height))
        area = Double(found.area)
        dominance = found.bright > 0 ? area / Double(found.bright) : 0
        share = area / Double(max(1, image.pixels.count))
        touchesOneSide = (box.x == 0) != (box.x + box.width == image.columns)
    }

    /// The region in the image that this one's is a `factor`th of, a pixel of the copy wider on each side.
    func enlarged(
        to image: GrayImage, _ factor: Int, inside inner: FrameEdges, threshold: Double, step: String, trust: Double
    ) -> RegionOfInterest {
        let margin = factor
        let left = max(inner.left * factor, box.x * factor - margin)
        let top = max(inner.top * factor, box.y * factor - margin)
        // What touches the copy's last column or row touches the image's, which may have up to `factor` more.
        let right = min(
            inner.right == 0 ? image.columns : (image.columns / factor - inner.right) * factor,
            (box.x + box.width + 1) * factor + margin)
        let bottom = min(
            inner.bottom == 0 ? image.rows : (image.rows / factor - inner.bottom) * factor,
            (box.y + box.height + 1) * factor + margin)
        let solidity = area / Double(max(1, box.width * box.height))
        let confidence = trust * min(1, solidity / 0.5) * dominance * (touchesOneSide ? 1 : 0.6)
        return RegionOfInterest(
            box: CropBox(x: left, y: top, width: right - left, height: bottom - top), otsuThreshold: threshold,
            step: step, confidence: confidence)
    }
}

extension GrayImage {
    /// The value that most pixels up to `limit` have.
    fileprivate func mostFrequentValue(upTo limit: Double) -> Int {
        var histogram = [Int](repeating: 0, count: 256)
        for value in pixels where Double(value) <= limit { histogram[Int(value)] += 1 }
        return histogram.indices.max { histogram[$0] < histogram[$1] } ?? 0
    }
}
