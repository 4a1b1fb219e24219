/// The operations of torchvision's automatic augmentations and how strong each may be.
package enum AutomaticPolicy: Equatable, Sendable {
    /// `TrivialAugmentWide` (Müller and Hutter 2021): one operation, of any strength.
    case trivialAugmentWide
    /// `RandAugment` (Cubuk and others 2019): several, each of one strength.
    case randAugment(operations: Int, magnitude: Int)

    /// torchvision's `num_magnitude_bins`.
    package static let bins = 31

    /// In torchvision's order. Color changes the saturation, which gray has none of: it is drawn as any other and does
    /// nothing, as torchvision's does.
    package enum Operation: String, CaseIterable, Sendable {
        case identity = "Identity"
        case shearX = "ShearX"
        case shearY = "ShearY"
        case translateX = "TranslateX"
        case translateY = "TranslateY"
        case rotate = "Rotate"
        case brightness = "Brightness"
        case color = "Color"
        case contrast = "Contrast"
        case sharpness = "Sharpness"
        case posterize = "Posterize"
        case solarize = "Solarize"
        case autocontrast = "AutoContrast"
        case equalize = "Equalize"

        /// Whether the strength goes either way.
        package var isSigned: Bool {
            switch self {
            case .identity, .posterize, .solarize, .autocontrast, .equalize: false
            default: true
            }
        }

        /// The operation at a strength; nil where nothing happens.
        func operation(_ magnitude: Double) -> PixelOperation? {
            switch self {
            case .identity, .color: nil
            case .shearX: .shear(alongColumns: magnitude, alongRows: 0)
            case .shearY: .shear(alongColumns: 0, alongRows: magnitude)
            case .translateX: .translate(right: Int(magnitude), down: 0)
            case .translateY: .translate(right: 0, down: Int(magnitude))
            case .rotate: .rotate(magnitude)
            case .brightness: .brightness(1 + magnitude)
            case .contrast: .contrast(1 + magnitude)
            case .sharpness: .sharpness(1 + magnitude)
            case .posterize: .posterize(bits: Int(magnitude))
            case .solarize: .solarize(threshold: 255 * magnitude)
            case .autocontrast: .autocontrast
            case .equalize: .equalize
            }
        }
    }

    /// What happens to one image of `rows` × `columns`.
    func draw(rows: Int, columns: Int, _ random: inout SplitMix64) -> [PixelOperation] {
        let count: Int
        let fixed: Int?
        switch self {
        case .trivialAugmentWide: (count, fixed) = (1, nil)
        case .randAugment(let operations, let magnitude): (count, fixed) = (operations, magnitude)
        }
        return (0..<count).compactMap { _ in
            let operation = Operation.allCases[random.next(below: Operation.allCases.count)]
            guard let magnitudes = magnitudes(of: operation, rows: rows, columns: columns) else {
                return operation.operation(0)
            }
            let magnitude = Double(magnitudes[fixed ?? random.next(below: Self.bins)])
            let isNegative = operation.isSigned && random.nextUnit() < 0.5
            return operation.operation(isNegative ? -magnitude : magnitude)
        }
    }

    /// The strengths of an operation; nil where it has none.
    package func magnitudes(of operation: Operation, rows: Int, columns: Int) -> [Float]? {
        let isWide = self == .trivialAugmentWide
        switch operation {
        case .identity, .autocontrast, .equalize: return nil
        case .shearX, .shearY: return Self.steps(from: 0, to: isWide ? 0.99 : 0.3)
        case .translateX: return Self.steps(from: 0, to: isWide ? 32 : Float(150.0 / 331 * Double(columns)))
        case .translateY: return Self.steps(from: 0, to: isWide ? 32 : Float(150.0 / 331 * Double(rows)))
        case .rotate: return Self.steps(from: 0, to: isWide ? 135 : 30)
        case .brightness, .color, .contrast, .sharpness: return Self.steps(from: 0, to: isWide ? 0.99 : 0.9)
        case .posterize:
            let perBit = Float(Double(Self.bins - 1) / (isWide ? 6 : 4))
            return (0..<Self.bins).map { (8 - Float($0) / perBit).rounded(.toNearestOrEven) }
        case .solarize: return Self.steps(from: 1, to: 0)
        }
    }

    /// `torch.linspace`, which counts from either end to the middle. Its last bit depends on the vectors of the CPU; so does,
    /// of a shift that is a whole number but for that bit, one pixel.
    private static func steps(from first: Float, to last: Float) -> [Float] {
        let step = (last - first) / Float(bins - 1)
        return (0..<bins).map { number in
            number < bins / 2 ? first + step * Float(number) : last - step * Float(bins - 1 - number)
        }
    }
}
