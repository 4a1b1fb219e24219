import MammoCompute
import MammoData
import MammoGraph

/// As little of mammograms as it takes: tissue with noise on a black ground, normalised.
enum SyntheticImages {
    /// Half discs of tissue.
    ///
    /// - Parameters:
    ///   - shape: N×H×W×3.
    ///   - random: Which random numbers.
    ///   - normalisation: How gray becomes input.
    /// - Returns: The values of all images.
    static func discs(_ shape: Shape, _ random: SplitMix64, _ normalisation: Normalisation) -> [Float] {
        var random = random
        return (0..<shape.images).flatMap { _ in
            let (radius, brightness) = (0.5 + 0.5 * random.nextUnit(), 0.3 + 0.3 * random.nextUnit())
            return (0..<shape.rows * shape.columns).flatMap { place in
                let (row, column) = place.quotientAndRemainder(dividingBy: shape.columns)
                let (y, x) = (2 * Double(row) / Double(shape.rows) - 1, Double(column) / Double(shape.columns))
                let noise = random.nextUnit()
                let gray = x * x + y * y < radius * radius ? brightness + 0.3 * noise : 0.02 * noise
                return normalisation.values(of: gray)
            }
        }
    }

    /// Half discs with as many as forty lumps of other densities, so that images differ in more than their outlines.
    ///
    /// - Parameters:
    ///   - shape: N×H×W×3.
    ///   - seed: Which random numbers.
    ///   - normalisation: How gray becomes input.
    /// - Returns: The values of all images.
    static func lumps(_ shape: Shape, seed: UInt64, _ normalisation: Normalisation) -> [Float] {
        var random = SplitMix64(seed: seed)
        let (rows, columns) = (shape.rows, shape.columns)
        return (0..<shape.images).flatMap { _ in
            let (radius, brightness) = (0.5 + 0.5 * random.nextUnit(), 0.1 + 0.4 * random.nextUnit())
            var grays = [Double](repeating: 0, count: rows * columns)
            for row in 0..<rows {
                for column in 0..<columns {
                    let (y, x) = (2 * Double(row) / Double(rows) - 1, Double(column) / Double(columns))
                    let noise = random.nextUnit()
                    let isTissue = x * x + y * y < radius * radius
                    grays[row * columns + column] = isTissue ? brightness + 0.2 * noise : 0.02 * noise
                }
            }
            for _ in 0..<Int(random.nextUnit() * 41) {
                let centre = (random.nextUnit() * Double(rows), random.nextUnit() * Double(columns))
                let size = (0.01 + 0.09 * random.nextUnit()) * Double(columns)
                let density = random.nextUnit() - 0.3
                for row in max(0, Int(centre.0 - size))..<min(rows, Int(centre.0 + size) + 1) {
                    for column in max(0, Int(centre.1 - size))..<min(columns, Int(centre.1 + size) + 1) {
                        let (y, x) = ((Double(row) - centre.0) / size, (Double(column) - centre.1) / size)
                        grays[row * columns + column] += max(0, 1 - x * x - y * y) * density
                    }
                }
            }
            return grays.flatMap { normalisation.values(of: min(max($0, 0), 1)) }
        }
    }
}

extension Normalisation {
    /// The values of a gray from 0 to 1.
    fileprivate func values(of gray: Double) -> [Float] { zip(mean, deviation).map { (Float(gray) - $0) / $1 } }
}
