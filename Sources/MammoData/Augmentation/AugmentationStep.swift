import MammoImage

/// One transform of an augmentation: what may be drawn. Each is torchvision's (v2), with its defaults.
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
        case .automatic(let policy): return policy.draw(rows: rows, columns: columns, &random)
        }
    }
}
