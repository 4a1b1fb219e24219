import MammoImage

/// How gray values become a network's inputs: gray / 255, less a mean, over a deviation, each in single precision and in
/// this order, as torchvision's `ToTensor` and `Normalize` compute it.
public struct Normalisation: Equatable, Sendable {
    /// Of each of the three channels.
    public var mean: [Float]
    /// Of each of the three channels.
    public var deviation: [Float]

    /// ImageNet's.
    public static let imageNet = Normalisation(mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])

    /// A normalisation of three channels.
    ///
    /// - Parameters:
    ///   - mean: Of each of the three channels.
    ///   - deviation: Of each of the three channels, none of them zero.
    public init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == 3 && deviation.count == 3, "three channels")
        self.mean = mean
        self.deviation = deviation
    }

    /// The three inputs for each of the 256 gray values.
    var table: [SIMD3<Float>] {
        (0...255).map { gray in
            let value = Float(gray) / 255
            return SIMD3((0..<3).map { (value - mean[$0]) / deviation[$0] })
        }
    }

    /// The inputs of a batch.
    ///
    /// - Parameters:
    ///   - images: Gray images of one size.
    ///   - flip: Applied to each.
    /// - Returns: images × rows × columns × 3 values.
    package func values(of images: [GrayImage], flipped flip: Flip = .none) -> [Float] {
        let count = images.reduce(0) { $0 + $1.rows * $1.columns * 3 }
        return [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            write(images, flipped: flip, to: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            filled = count
        }
    }

    /// Writes images into a batch.
    ///
    /// - Parameters:
    ///   - images: Gray images of one size.
    ///   - flip: Applied to each.
    ///   - batch: Room for images × rows × columns × 3 values.
    private func write(_ images: [GrayImage], flipped flip: Flip, to batch: UnsafeMutableBufferPointer<Float>) {
        let table = table
        var position = 0
        for image in images {
            for row in 0..<image.rows {
                let line = (flip.turnsRows ? image.rows - 1 - row : row) * image.columns
                for column in 0..<image.columns {
                    let value = table[
                        Int(image.pixels[line + (flip.turnsColumns ? image.columns - 1 - column : column)])]
                    batch[position] = value.x
                    batch[position + 1] = value.y
                    batch[position + 2] = value.z
                    position += 3
                }
            }
        }
    }
}
