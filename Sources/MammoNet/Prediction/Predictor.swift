import MammoCompute
import MammoImage

/// Networks, and what is done with an image before and after them.
public struct Predictor: Sendable {
    /// Networks with one logit each, on one device.
    public let networks: [ConvNeXt]
    /// How gray becomes input.
    public let normalisation: Normalisation
    /// Which mirror images are averaged.
    public let augmentation: TestTimeAugmentation

    /// A predictor of at least one network.
    ///
    /// - Parameters:
    ///   - networks: Networks with one logit each, on one device.
    ///   - normalisation: How gray becomes input.
    ///   - augmentation: Which mirror images are averaged.
    public init(networks: [ConvNeXt], normalisation: Normalisation, augmentation: TestTimeAugmentation) {
        precondition(!networks.isEmpty && networks.allSatisfy { $0.outputs == 1 }, "networks with one logit each")
        self.networks = networks
        self.normalisation = normalisation
        self.augmentation = augmentation
    }

    /// The mean of the logits over mirror images, then over networks.
    ///
    /// - Parameter images: Gray images of one size, at least 32 rows and columns.
    /// - Returns: One logit for each.
    /// - Throws: `ComputeError`.
    public func logits(of images: [GrayImage]) throws -> [Float] {
        var sums = [Float](repeating: 0, count: images.count)
        let flips = augmentation.flips
        for flip in flips {
            let batch = try input(images, flipped: flip)
            for network in networks {
                let logits = try network.device.read(try network.logits(batch))
                for (image, logit) in logits.enumerated() { sums[image] += logit }
            }
        }
        return sums.map { $0 / Float(flips.count * networks.count) }
    }

    /// The image with the first network's Grad-CAM over it.
    ///
    /// - Parameter image: A gray image, at least 32 rows and columns.
    /// - Returns: The image in color.
    /// - Throws: `ComputeError`.
    public func explanation(of image: GrayImage) throws -> ColorImage {
        let map = try GradCAM(of: networks[0], try input([image], flipped: .none))
        return ColorImage(image, heat: map.values, heatRows: map.rows, heatColumns: map.columns)
    }

    /// A batch on the device: N×H×W×3, normalised.
    package func input(_ images: [GrayImage], flipped flip: Flip) throws(ComputeError) -> Tensor {
        let shape = Shape(images: images.count, rows: images[0].rows, columns: images[0].columns, channels: 3)
        precondition(
            images.allSatisfy { $0.rows == shape.rows && $0.columns == shape.columns }, "images of one size")
        let values = [Float](unsafeUninitializedCapacity: shape.count) { buffer, count in
            normalisation.write(images, flipped: flip, to: UnsafeMutableBufferPointer(rebasing: buffer[..<shape.count]))
            count = shape.count
        }
        return try networks[0].device.tensor(values, shape)
    }
}
