import MammoImage

/// What training images go through, as a list says it: `hflip,shift=0.1,rotate=15,mixup=0.2`.
///
/// The transforms come in the list's order, with these exceptions. `shift`, `scale` and `rotate` are one affine map, at the
/// place of the first of them, since each sampling blurs; `brightness` and `contrast` are one jitter, in either order, as
/// torchvision's ColorJitter; `mixup` is of batches and comes last, wherever it stands. Every pixel is what torchvision's
/// (v2) functional transform, or albumentations', makes of an 8-bit image with the same numbers, to the bit, but for `contrast`
/// (see `GrayImage.contrasted`) and `elastic` and `downscale` (within 1). The numbers are drawn by a generator of our own from the same
/// distributions.
public struct Augmentation: Equatable, Sendable, CustomStringConvertible {
    /// Nothing is changed.
    public static let none = Augmentation(items: [])

    /// One entry of the list.
    package struct Item: Equatable, Sendable {
        package var kind: AugmentationKind
        package var values: [Double]
    }

    package let items: [Item]
    package let steps: [AugmentationStep]

    /// alpha of the distribution Beta(alpha, alpha) from which each batch's share of mixing is drawn; nil where images are
    /// not mixed.
    public let mixup: Double?

    init(items: [Item]) {
        self.items = items
        steps = Self.steps(of: items)
        mixup = items.first { $0.kind == .mixup }.map { $0.values.first ?? 1 }
    }

    /// Whether images stay as they are. They may be mixed all the same.
    public var keepsImages: Bool { steps.isEmpty }

    /// The list, written so that reading it gives the same again; `none` where nothing is changed.
    public var description: String {
        if items.isEmpty { return "none" }
        return items.map { item in
            let values = item.values.map { Int(exactly: $0).map(String.init) ?? "\($0)" }
            return item.kind.rawValue + (values.isEmpty ? "" : "=" + values.joined(separator: ":"))
        }.joined(separator: ",")
    }

    /// Why images of a depth cannot go through this: torchvision's transforms that compute new values are defined by what
    /// they make of 8 bits, most of them by tables of 256 values. Nil where they can.
    ///
    /// - Parameter depth: Bits a pixel.
    /// - Returns: A reason, and what to do.
    package func refusal(of depth: BitDepth) -> String? {
        let exact: Set<AugmentationKind> = [.horizontalFlip, .verticalFlip, .cutout, .coarseDropout, .mixup]
        guard depth == .sixteen, let item = items.first(where: { !exact.contains($0.kind) }) else { return nil }
        return "\(item.kind.rawValue) is for images of 8 bits a pixel, found 16; leave it out (hflip, vflip, cutout, "
            + "coarse-dropout and mixup work), or preprocess with --bit-depth 8"
    }

    /// Changes one image.
    ///
    /// - Parameters:
    ///   - image: An image that `refusal(of:)` does not refuse.
    ///   - random: From `RunRandom.augmentation`.
    /// - Returns: An image of the same size and depth.
    public func apply(to image: PreprocessedImage, _ random: SplitMix64) -> PreprocessedImage {
        draw(rows: image.rows, columns: image.columns, random).reduce(image) { $1.apply(to: $0) }
    }

    /// Changes one image.
    ///
    /// - Parameters:
    ///   - image: An image.
    ///   - random: From `RunRandom.augmentation`.
    /// - Returns: An image of the same size.
    public func apply(to image: GrayImage, _ random: SplitMix64) -> GrayImage {
        draw(rows: image.rows, columns: image.columns, random).reduce(image) { $1.apply(to: $0) }
    }

    /// What happens to one image of `rows` × `columns`.
    package func draw(rows: Int, columns: Int, _ random: SplitMix64) -> [PixelOperation] {
        var random = random
        return steps.flatMap { $0.draw(rows: rows, columns: columns, &random) }
    }

    /// The share that each image keeps of itself when it is mixed with the one before it.
    ///
    /// - Parameter random: From `RunRandom.mixing`.
    /// - Returns: 0 to 1; nil where images are not mixed.
    public func mixingShare(_ random: SplitMix64) -> Float? {
        var random = random
        return mixup.map { Float(random.nextBeta($0)) }
    }
}

extension Augmentation {
    private static func steps(of items: [Item]) -> [AugmentationStep] {
        func values(_ kind: AugmentationKind) -> [Double]? { items.first { $0.kind == kind }?.values }
        func around(_ middle: Double, _ values: [Double]?) -> ClosedRange<Double>? {
            guard let values, let first = values.first else { return nil }
            return values.count == 2 ? first...values[1] : middle - first...middle + first
        }
        func factors(_ values: [Double]?) -> ClosedRange<Double>? {
            around(1, values).map { max(0, $0.lowerBound)...$0.upperBound }
        }
        var hasAffine = false
        var hasJitter = false
        return items.compactMap { item -> AugmentationStep? in
            let v = item.values
            var chance = v.first ?? 0.5
            if let own = item.kind.valuesBeforeChance { chance = v.count > own ? v[own] : 0.5 }
            switch item.kind {
            case .horizontalFlip: return .horizontalFlip(chance: chance)
            case .verticalFlip: return .verticalFlip(chance: chance)
            case .shift, .scale, .rotate:
                defer { hasAffine = true }
                return hasAffine
                    ? nil
                    : .affine(
                        degrees: around(0, values(.rotate)) ?? 0...0, shift: values(.shift)?.first ?? 0,
                        scale: around(1, values(.scale)) ?? 1...1)
            case .brightness, .contrast:
                defer { hasJitter = true }
                return hasJitter
                    ? nil : .jitter(brightness: factors(values(.brightness)), contrast: factors(values(.contrast)))
            case .resizedCrop:
                return .resizedCrop(
                    BoxDraw(
                        area: v.isEmpty ? 0.08...1 : v[0]...v[1], ratio: v.count < 4 ? 3.0 / 4...4.0 / 3 : v[2]...v[3]))
            case .cutout: return .erasing(chance: chance, BoxDraw(area: 0.02...0.33, ratio: 0.3...3.3))
            case .mixup: return nil
            case .trivialAugment: return .automatic(.trivialAugmentWide)
            case .randAugment:
                return .automatic(
                    v.isEmpty
                        ? .randAugment(operations: 2, magnitude: 9)
                        : .randAugment(operations: Int(v[0]), magnitude: Int(v[1])))
            case .coarseDropout:
                return .coarseDropout(
                    chance: chance, holes: Int(v[0])...Int(v[1]), height: v[2]...v[3], width: v[4]...v[5])
            case .elastic:
                return .elastic(chance: chance, alpha: v.first ?? 50, sigma: v.count > 1 ? v[1] : 5)
            case .gridDistortion:
                return .gridDistortion(chance: chance, steps: Int(v.first ?? 5), limit: v.count > 1 ? v[1] : 0.3)
            case .downscale: return .downscale(chance: chance, factor: v.isEmpty ? 0.25...0.5 : v[0]...v[1])
            case .toneCurve: return .toneCurve(chance: chance, deviation: v.first ?? 0.1)
            }
        }
    }
}
