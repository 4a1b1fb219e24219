import MammoImage

/// Images that are trained on together, or one process's share of them.
public struct TrainingBatch: Sendable {
    /// The batch's number in the epoch, from 0.
    public let step: Int
    /// How many images the whole batch has, over all processes.
    public let count: Int
    /// Which of them are this process's: all, or fewer, or none.
    public let range: Range<Int>
    /// The images, augmented but not mixed; all of one size. Where a share is mixed, the image before its first stands
    /// behind its last: it is another process's, and here to be mixed with.
    public let images: [PreprocessedImage]
    /// 1 for cancer, 0 for none, as the table has it: not mixed.
    public let labels: [Float]
    /// The table's rows.
    public let rows: [ImageTable.Row]
    /// The share lambda that each image keeps of itself; nil where images are not mixed. The trainer mixes what it has made
    /// of pixels and labels, in single precision, as torchvision's MixUp does: `lambda` of image i and `1 - lambda` of image
    /// `partner(of: i)`.
    public let mixup: Float?

    /// The image that one is mixed with: the one before it, the last with the first (torch's `roll(1, 0)`).
    ///
    /// - Parameter number: An image's place in `images`.
    /// - Returns: The other's.
    public func partner(of number: Int) -> Int { (number + images.count - 1) % images.count }
}
