import MammoImage

/// Where in an image its score comes from.
public struct Explanation: Sendable {
    /// The image, at 8 bits.
    public let image: GrayImage
    /// How much each place counts.
    public let map: GradCAM

    /// A map of an image.
    ///
    /// - Parameters:
    ///   - image: The image.
    ///   - map: Of the same field, coarser.
    public init(image: GrayImage, map: GradCAM) { (self.image, self.map) = (image, map) }
}
