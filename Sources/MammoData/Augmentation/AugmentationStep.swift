import MammoImage

/// One transform of an augmentation: what may be drawn. Each is torchvision's (v2), with its defaults, where it does not say
/// otherwise.
package enum AugmentationStep: Equatable, Sendable {
    /// `RandomHorizontalFlip(p)`.
    case horizontalFlip(chance: Double)
    /// `RandomVerticalFlip(p)`.
    case verticalFlip(chance: Double)
    /// `RandomAffine(degrees, translate=(shift, shift), scale, interpolation=BILINEAR, fill=0)`.
    case affine(degrees: ClosedRange<Double>, shift: Double, scale: ClosedRange<Double>)
    /// `RandomResizedCrop(size, scale, ratio)`, the size being the image's own.
    case resizedCrop(BoxDraw)
    /// `ColorJitter(brightness, contrast)`, in either order; nil is left out.
    case jitter(brightness: ClosedRange<Double>?, contrast: ClosedRange<Double>?)
    /// `RandomErasing(p, value=0)`.
    case erasing(chance: Double, BoxDraw)
    /// albumentations' `CoarseDropout(num_holes_range, hole_height_range, hole_width_range, fill=0)`, sizes as shares.
    case coarseDropout(chance: Double, holes: ClosedRange<Int>, height: ClosedRange<Double>, width: ClosedRange<Double>)
    /// `ElasticTransform(alpha, sigma)`.
    case elastic(chance: Double, alpha: Double, sigma: Double)
    /// albumentations' `GridDistortion(num_steps, distort_limit, normalized=True)`.
    case gridDistortion(chance: Double, steps: Int, limit: Double)
    /// albumentations' `Downscale(scale_range)`.
    case downscale(chance: Double, factor: ClosedRange<Double>)
    /// albumentations' `RandomToneCurve(scale)`.
    case toneCurve(chance: Double, deviation: Double)
    /// `TrivialAugmentWide()` or `RandAugment(num_ops, magnitude)`.
    case automatic(AutomaticPolicy)

    /// What happens to one image of `rows` × `columns`.
    func draw(rows: Int, columns: Int, _ random: inout SplitMix64) -> [PixelOperation] {
        switch self {
        case .horizontalFlip(let chance): return random.nextUnit() < chance ? [.horizontalFlip] : []
        case .verticalFlip(let chance): return random.nextUnit() < chance ? [.verticalFlip] : []
        case .affine(let degrees, let shift, let scale):
            let angle = random.next(in: degrees)
            func pixels(_ size: Int) -> Int {
                let most = shift * Double(size)
                return Int(random.next(in: -most...most).rounded(.toNearestOrEven))
            }
            let (right, down) = (pixels(columns), pixels(rows))
            return [.affine(angle: angle, right: right, down: down, scale: random.next(in: scale))]
        case .resizedCrop(let box): return [.resizedCrop(box.crop(rows: rows, columns: columns, &random))]
        case .jitter(let brightness, let contrast):
            var operations: [PixelOperation] = []
            if let brightness { operations.append(.brightness(random.next(in: brightness))) }
            if let contrast { operations.append(.contrast(random.next(in: contrast))) }
            random.shuffle(&operations)
            return operations
        case .erasing(let chance, let box):
            guard random.nextUnit() < chance else { return [] }
            return box.erasure(rows: rows, columns: columns, &random).map { [.erase($0)] } ?? []
        case .coarseDropout(let chance, let holes, let height, let width):
            guard random.nextUnit() < chance else { return [] }
            let count = holes.lowerBound + random.next(below: holes.count)
            return (0..<count).compactMap { _ in
                let (height, width) = (
                    Int(Double(rows) * random.next(in: height)), Int(Double(columns) * random.next(in: width))
                )
                let (top, left) = (random.next(below: rows - height + 1), random.next(below: columns - width + 1))
                guard height > 0, width > 0 else { return nil }
                return .erase(PixelBox(top: top, left: left, height: height, width: width))
            }
        case .elastic(let chance, let alpha, let sigma):
            guard random.nextUnit() < chance else { return [] }
            return [.elastic(alpha: alpha, sigma: sigma, noise: random.next())]
        case .gridDistortion(let chance, let steps, let limit):
            guard random.nextUnit() < chance else { return [] }
            let across = (0...steps).map { _ in 1 + random.next(in: -limit...limit) }
            return [.gridDistortion(across: across, down: (0...steps).map { _ in 1 + random.next(in: -limit...limit) })]
        case .downscale(let chance, let factor):
            return random.nextUnit() < chance ? [.downscale(random.next(in: factor))] : []
        case .toneCurve(let chance, let deviation):
            guard random.nextUnit() < chance else { return [] }
            func height(_ mean: Double) -> Double { min(max(mean + deviation * random.nextNormal(), 0), 1) }
            let low = height(0.25)
            return [.toneCurve(low: low, high: height(0.75))]
        case .automatic(let policy): return policy.draw(rows: rows, columns: columns, &random)
        }
    }
}
