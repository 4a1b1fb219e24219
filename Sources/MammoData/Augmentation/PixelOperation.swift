import MammoImage

/// A change of one image, with its numbers drawn.
package enum PixelOperation: Equatable, Sendable {
    case horizontalFlip
    case verticalFlip
    /// Degrees clockwise, pixels right and down, a factor; bilinear, black outside.
    case affine(angle: Double, right: Int, down: Int, scale: Double)
    /// Of the image's size again.
    case resizedCrop(PixelBox)
    case erase(PixelBox)
    /// The seed of the noise that shifts pixels.
    case elastic(alpha: Double, sigma: Double, noise: UInt64)
    /// How large each step is beside the others.
    case gridDistortion(across: [Double], down: [Double])
    /// The factor of both sides on the way down.
    case downscale(Double)
    /// The heights of the curve's control points.
    case toneCurve(low: Double, high: Double)
    case brightness(Double)
    case contrast(Double)
    case sharpness(Double)
    case posterize(bits: Int)
    case solarize(threshold: Double)
    case autocontrast
    case equalize
    /// The nearest pixel, as those that follow.
    case shear(alongColumns: Double, alongRows: Double)
    case translate(right: Int, down: Int)
    /// Degrees counterclockwise.
    case rotate(Double)

    /// The changed image, of the same size and depth.
    ///
    /// - Parameter image: Of 16 bits a pixel only where the operation moves pixels or blackens them.
    /// - Returns: The image.
    package func apply(to image: PreprocessedImage) -> PreprocessedImage {
        guard case .gray16(let wide) = image else { return .gray8(apply(to: image.rounded)) }
        switch self {
        case .horizontalFlip: return .gray16(wide.flippedHorizontally())
        case .verticalFlip: return .gray16(wide.flippedVertically())
        case .erase(let box): return .gray16(wide.erasing(box))
        default: preconditionFailure("of 16 bits a pixel an augmentation is checked by Augmentation.refusal")
        }
    }

    /// The changed image, of the same size.
    package func apply(to image: GrayImage) -> GrayImage {
        let (rows, columns) = (image.rows, image.columns)
        switch self {
        case .horizontalFlip: return image.flippedHorizontally()
        case .verticalFlip: return image.flippedVertically()
        case .affine(let angle, let right, let down, let scale):
            let map = AffineMap(
                angle: angle, shift: (Double(right), Double(down)), scale: scale, rows: rows, columns: columns)
            return image.transformed(by: map, .bilinear)
        case .resizedCrop(let box): return image.resizedCrop(box, rows: rows, columns: columns)
        case .erase(let box): return image.erasing(box)
        case .elastic(let alpha, let sigma, let seed):
            var random = SplitMix64(seed: seed)
            let across = (0..<rows * columns).map { _ in random.nextSignedFloat() }
            let down = (0..<rows * columns).map { _ in random.nextSignedFloat() }
            return image.elasticallyTransformed(by: (across, down), alpha: alpha, sigma: sigma)
        case .gridDistortion(let across, let down): return image.gridDistorted(across: across, down: down)
        case .downscale(let factor): return image.downscaled(by: factor)
        case .toneCurve(let low, let high): return image.toned(low: low, high: high)
        case .brightness(let factor): return image.brightened(by: factor)
        case .contrast(let factor): return image.contrasted(by: factor)
        case .sharpness(let factor): return image.sharpened(by: factor)
        case .posterize(let bits): return image.posterized(to: bits)
        case .solarize(let threshold): return image.solarized(from: threshold)
        case .autocontrast: return image.autocontrasted()
        case .equalize: return image.equalized()
        case .shear(let alongColumns, let alongRows):
            let map = AffineMap.shear(alongColumns: alongColumns, alongRows: alongRows, rows: rows, columns: columns)
            return image.transformed(by: map, .nearest)
        case .translate(let right, let down):
            let map = AffineMap(shift: (Double(right), Double(down)), rows: rows, columns: columns)
            return image.transformed(by: map, .nearest)
        case .rotate(let degrees):
            return image.transformed(by: .rotation(by: degrees, rows: rows, columns: columns), .nearest)
        }
    }
}

extension PixelOperation {
    /// A few words for under a picture, in lines that fit there.
    package var lines: [String] {
        func short(_ number: Double) -> String { "\((number * 100).rounded() / 100)" }
        func text(_ box: PixelBox) -> String { "\(box.height)x\(box.width)+\(box.top)+\(box.left)" }
        switch self {
        case .horizontalFlip: return ["hflip"]
        case .verticalFlip: return ["vflip"]
        case .affine(let angle, let right, let down, let scale):
            var lines: [String] = []
            if angle != 0 { lines.append("turn \(short(angle))") }
            if (right, down) != (0, 0) { lines.append("shift \(right),\(down)") }
            if scale != 1 { lines.append("scale \(short(scale))") }
            return lines
        case .resizedCrop(let box): return ["crop \(text(box))"]
        case .erase(let box): return ["cutout \(text(box))"]
        case .elastic(let alpha, let sigma, _): return ["elastic \(short(alpha)):\(short(sigma))"]
        case .gridDistortion(let across, _): return ["grid \(across.count - 1) steps"]
        case .downscale(let factor): return ["downscale \(short(factor))"]
        case .toneCurve(let low, let high): return ["tones \(short(low)),\(short(high))"]
        case .brightness(let factor): return ["brightness \(short(factor))"]
        case .contrast(let factor): return ["contrast \(short(factor))"]
        case .sharpness(let factor): return ["sharpness \(short(factor))"]
        case .posterize(let bits): return ["posterize \(bits)"]
        case .solarize(let threshold): return ["solarize \(short(threshold))"]
        case .autocontrast: return ["autocontrast"]
        case .equalize: return ["equalize"]
        case .shear(let alongColumns, let alongRows): return ["shear \(short(alongColumns)),\(short(alongRows))"]
        case .translate(let right, let down): return ["shift \(right),\(down)"]
        case .rotate(let degrees): return ["turn \(short(-degrees))"]
        }
    }
}
