import Glibc

/// Where each pixel of a turned, scaled, shifted or sheared image comes from: torchvision's
/// `_get_inverse_affine_matrix`, operation by operation in double precision.
package struct AffineMap: Equatable, Sendable {
    /// A point from which angles, scale and shear are measured.
    package enum Center: Sendable {
        /// Of the image.
        case middle
        /// The upper left corner, as torchvision's automatic augmentations shear.
        case corner
    }

    /// The source's column is `matrix[0] x + matrix[1] y + matrix[2]`, its row the same with the other three; all from the
    /// image's middle, in pixels.
    package let matrix: [Double]

    /// The map of `torchvision.transforms.v2.functional.affine` on an image of `rows` × `columns`.
    ///
    /// - Parameters:
    ///   - angle: Degrees, clockwise as one sees the image.
    ///   - shift: Pixels to the right and down.
    ///   - scale: Above 0.
    ///   - shear: Degrees along the columns and along the rows.
    ///   - center: What stays in its place, but for the shift.
    ///   - rows: The image's height in pixels, at least 1.
    ///   - columns: The image's width in pixels, at least 1.
    package init(
        angle: Double = 0, shift: (x: Double, y: Double) = (0, 0), scale: Double = 1,
        shear: (x: Double, y: Double) = (0, 0), center: Center = .middle, rows: Int, columns: Int
    ) {
        let (turn, shearX, shearY) = (Self.radians(angle), Self.radians(shear.x), Self.radians(shear.y))
        let (x, y) =
            switch center {
            case .middle: (0.0, 0.0)
            case .corner: (0 - Double(columns) * 0.5, 0 - Double(rows) * 0.5)
            }
        let (shiftedX, shiftedY) = (x + shift.x, y + shift.y)
        let a = cos(turn - shearY) / cos(shearY)
        let b = -(a * tan(shearX) + sin(turn))
        let c = sin(turn - shearY) / cos(shearY)
        let d = cos(turn) - c * tan(shearX)
        var matrix = [d / scale, -b / scale, 0, -c / scale, a / scale, 0]
        matrix[2] += x - matrix[0] * shiftedX - matrix[1] * shiftedY
        matrix[5] += y - matrix[3] * shiftedX - matrix[4] * shiftedY
        self.matrix = matrix
    }

    /// The map of `torchvision.transforms.v2.functional.rotate`, which turns the other way round.
    ///
    /// - Parameters:
    ///   - degrees: Counterclockwise.
    ///   - rows: The image's height in pixels, at least 1.
    ///   - columns: The image's width in pixels, at least 1.
    /// - Returns: The map.
    package static func rotation(by degrees: Double, rows: Int, columns: Int) -> AffineMap {
        // Python's %, on which the last bits of sine and cosine depend.
        let remainder = fmod(degrees, 360)
        return AffineMap(angle: -(remainder < 0 ? remainder + 360 : remainder), rows: rows, columns: columns)
    }

    /// The shear of torchvision's automatic augmentations, from the upper left corner.
    ///
    /// - Parameters:
    ///   - alongColumns: Pixels to the left for each row down.
    ///   - alongRows: Pixels up for each column to the right.
    ///   - rows: The image's height in pixels, at least 1.
    ///   - columns: The image's width in pixels, at least 1.
    /// - Returns: The map.
    package static func shear(
        alongColumns: Double = 0, alongRows: Double = 0, rows: Int, columns: Int
    ) -> AffineMap {
        func degrees(_ slope: Double) -> Double { atan(slope) * (180 / .pi) }
        return AffineMap(
            shear: (degrees(alongColumns), degrees(alongRows)), center: .corner, rows: rows, columns: columns)
    }

    private static func radians(_ degrees: Double) -> Double { degrees * (.pi / 180) }
}
