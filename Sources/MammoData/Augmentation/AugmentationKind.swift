/// The names that an augmentation is written with.
public enum AugmentationKind: String, CaseIterable, Sendable {
    /// Left and right changed.
    case horizontalFlip = "hflip"
    /// Top and bottom changed.
    case verticalFlip = "vflip"
    /// Moved any way.
    case shift
    /// Larger or smaller.
    case scale
    /// Turned about the middle.
    case rotate
    /// A part brought to the size of the whole.
    case resizedCrop = "resized-crop"
    /// Brighter or darker.
    case brightness
    /// More or less contrast.
    case contrast
    /// A box made black.
    case cutout
    /// Several boxes made black.
    case coarseDropout = "coarse-dropout"
    /// Pushed and pulled by smoothed noise.
    case elastic
    /// Columns and rows wider here and narrower there.
    case gridDistortion = "grid-distortion"
    /// Made smaller and larger again.
    case downscale
    /// Levels along a curve.
    case toneCurve = "tone-curve"
    /// Two images mixed, and their labels.
    case mixup
    /// One operation of fourteen, of any strength.
    case trivialAugment = "trivial-augment"
    /// Several operations of fourteen, of one strength.
    case randAugment = "rand-augment"

    /// How it is written, with values that do something useful.
    public var example: String {
        switch self {
        case .horizontalFlip, .verticalFlip, .cutout, .trivialAugment: rawValue
        case .shift: "shift=0.1"
        case .scale: "scale=0.9:1.1"
        case .rotate: "rotate=15"
        case .resizedCrop: "resized-crop=0.5:1:0.4:0.6"
        case .brightness: "brightness=0.2"
        case .contrast: "contrast=0.2"
        case .mixup: "mixup=0.2"
        case .coarseDropout: "coarse-dropout=1:6:0.05:0.15:0.1:0.25"
        case .elastic: "elastic=50:5"
        case .gridDistortion: "grid-distortion=5:0.3"
        case .downscale: "downscale=0.25:0.5"
        case .toneCurve: "tone-curve=0.1"
        case .randAugment: "rand-augment=2:9"
        }
    }

    /// What the values are, and the transform of torchvision (v2) or albumentations (A) that it is.
    public var meaning: String {
        switch self {
        case .horizontalFlip: "the chance (default 0.5); RandomHorizontalFlip"
        case .verticalFlip: "the chance (default 0.5); RandomVerticalFlip"
        case .shift:
            "the largest shift as a share of each side, 0 to 1; RandomAffine(translate), bilinear, black outside"
        case .scale: "the least and the largest factor, above 0; RandomAffine(scale)"
        case .rotate: "degrees either way, or from:to, clockwise; RandomAffine(degrees)"
        case .resizedCrop:
            "the area's share, least:largest (default 0.08:1), then width over height, least:largest "
                + "(default 0.75:1.3333, which stretches images of 1:2); RandomResizedCrop"
        case .brightness: "the factor is 1 less to 1 more of this, or from:to; ColorJitter(brightness)"
        case .contrast: "the factor is 1 less to 1 more of this, or from:to; ColorJitter(contrast)"
        case .cutout: "the chance (default 0.5); RandomErasing(value=0)"
        case .coarseDropout:
            "boxes least:largest, their height and their width as shares of the image's, least:largest each, then the "
                + "chance (default 0.5); A.CoarseDropout(fill=0)"
        case .elastic:
            "alpha:sigma (default 50:5), then the chance (default 0.5); ElasticTransform, bilinear, black outside"
        case .gridDistortion:
            "steps a side and the largest change of a step (default 5:0.3), then the chance (default 0.5); "
                + "A.GridDistortion(normalized=True), bilinear"
        case .downscale:
            "the factor of both sides, least:largest (default 0.25:0.5), then the chance (default 0.5); A.Downscale, area "
                + "interpolation down and bilinear up"
        case .toneCurve:
            "the deviation of the curve's two control points (default 0.1), then the chance (default 0.5); "
                + "A.RandomToneCurve"
        case .mixup: "alpha of Beta(alpha, alpha), from which each batch's share is drawn (default 1); MixUp"
        case .trivialAugment: "no value; TrivialAugmentWide"
        case .randAugment: "operations an image and magnitude, 0 to 30 (default 2:9); RandAugment"
        }
    }

    /// How many values there may be.
    var counts: Set<Int> {
        switch self {
        case .horizontalFlip, .verticalFlip, .cutout, .mixup: [0, 1]
        case .shift: [1]
        case .scale: [2]
        case .rotate, .brightness, .contrast: [1, 2]
        case .resizedCrop: [0, 2, 4]
        case .trivialAugment: [0]
        case .randAugment: [0, 2]
        case .coarseDropout: [6, 7]
        case .elastic, .gridDistortion, .downscale: [0, 2, 3]
        case .toneCurve: [0, 1, 2]
        }
    }

    /// How many of the values come before the chance; nil where the chance is the only value, or there is none.
    var valuesBeforeChance: Int? {
        switch self {
        case .coarseDropout: 6
        case .elastic, .gridDistortion, .downscale: 2
        case .toneCurve: 1
        default: nil
        }
    }

    /// Whether values are such as torchvision and albumentations take and as make sense.
    func takes(_ values: [Double]) -> Bool {
        guard counts.contains(values.count) else { return false }
        func isRange(_ low: Double, _ high: Double, _ allowed: ClosedRange<Double>) -> Bool {
            low <= high && allowed.contains(low) && allowed.contains(high)
        }
        guard let first = values.first else { return true }
        if let own = valuesBeforeChance, values.count > own, !isRange(values[own], values[own], 0...1) { return false }
        switch self {
        case .horizontalFlip, .verticalFlip, .cutout, .shift: return isRange(first, first, 0...1)
        case .scale: return isRange(first, values[1], 0.01...100)
        case .rotate:
            return values.count == 1 ? isRange(first, first, 0...360) : isRange(first, values[1], -360...360)
        case .brightness, .contrast:
            return isRange(first, values.last ?? first, 0...100)
        case .resizedCrop:
            let isArea = first > 0 && isRange(first, values[1], 0...1)
            return isArea && (values.count == 2 || isRange(values[2], values[3], 0.01...100))
        case .mixup: return isRange(first, first, 0.001...1000)
        case .trivialAugment: return true
        case .randAugment:
            let areWhole = values.allSatisfy { $0.rounded() == $0 }
            return areWhole && isRange(first, first, 1...100) && isRange(values[1], values[1], 0...30)
        case .coarseDropout:
            let areWhole = values[..<2].allSatisfy { $0.rounded() == $0 }
            let areShares = isRange(values[2], values[3], 0...1) && isRange(values[4], values[5], 0...1)
            return areWhole && isRange(first, values[1], 1...1000) && areShares
        case .elastic: return isRange(first, first, 0...100_000) && isRange(values[1], values[1], 0...500)
        case .gridDistortion:
            let isWhole = first.rounded() == first
            return isWhole && isRange(first, first, 1...1000) && isRange(values[1], values[1], 0...0.99)
        case .downscale: return isRange(first, values[1], 0.01...0.999)
        case .toneCurve: return isRange(first, first, 0...1)
        }
    }
}
