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
            disc(shape, least: 0.3, spread: 0.3, noise: 0.3, &random).flatMap(normalisation.values(of:))
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
            var grays = disc(shape, least: 0.1, spread: 0.4, noise: 0.2, &random)
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

    /// An image's grays: half a disc of tissue, from `least` to `least + spread` bright, and noise on it.
    private static func disc(
        _ shape: Shape, least: Double, spread: Double, noise: Double, _ random: inout SplitMix64
    ) -> [Double] {
        let (radius, brightness) = (0.5 + 0.5 * random.nextUnit(), least + spread * random.nextUnit())
        return (0..<shape.rows * shape.columns).map { place in
            let (row, column) = place.quotientAndRemainder(dividingBy: shape.columns)
            let (y, x) = (2 * Double(row) / Double(shape.rows) - 1, Double(column) / Double(shape.columns))
            let drawn = random.nextUnit()
            return x * x + y * y < radius * radius ? brightness + noise * drawn : 0.02 * drawn
        }
    }
}

extension Normalisation {
    /// The values of a gray from 0 to 1.
    fileprivate func values(of gray: Double) -> [Float] { zip(mean, deviation).map { (Float(gray) - $0) / $1 } }
}
