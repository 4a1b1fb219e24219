import Glibc

/// The filters of Pillow's `Image.resize` that are of use here.
enum ResampleFilter {
    case bilinear
    case bicubic
    case lanczos

    /// How far the filter reaches to either side of 0.
    var support: Double {
        switch self {
        case .bilinear: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    /// The filter's value at `x`, not normalised.
    func weight(at x: Double) -> Double {
        switch self {
        case .bilinear: max(1 - abs(x), 0)
        case .bicubic: Self.cubic(abs(x))
        case .lanczos: -3 <= x && x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
        }
    }

    /// Keys' cubic convolution with a = -0.5, for x from 0.
    private static func cubic(_ x: Double) -> Double {
        let a = -0.5
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }

    private static func sinc(_ x: Double) -> Double {
        if x == 0 { return 1 }
        let angle = x * .pi
        return sin(angle) / angle
    }
}
