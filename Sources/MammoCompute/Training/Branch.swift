/// Which images go through a block's branch, and by how much what it adds is multiplied: stochastic depth (Huang et al.
/// 2016) by rows, as torchvision's `StochasticDepth(p, "row")`. The others pass a block unchanged.
public struct Branch: Equatable, Sendable {
    /// Numbers of images in the batch, rising.
    public var images: [Int]
    /// 1 / (1 - p) in training.
    public var factor: Float

    /// Some images through the branch.
    ///
    /// - Parameters:
    ///   - images: Numbers of images in the batch, rising.
    ///   - factor: What the branch's result is multiplied by.
    public init(images: [Int], factor: Float) {
        self.images = images
        self.factor = factor
    }

    /// All images of a batch, as they are.
    ///
    /// - Parameter count: How many images there are.
    /// - Returns: A branch for all of them.
    public static func all(_ count: Int) -> Branch { Branch(images: Array(0..<count), factor: 1) }

    /// Those of some of a batch's images, numbered among these.
    ///
    /// - Parameter part: Images of the batch.
    /// - Returns: Of a batch of `part.count` images.
    public func of(_ part: Range<Int>) -> Branch {
        Branch(images: images.filter(part.contains).map { $0 - part.lowerBound }, factor: factor)
    }

    /// The images as stretches of neighbours.
    var stretches: [Range<Int>] { Self.stretches(of: images) }

    /// The images of a batch that do not go through the branch, as stretches of neighbours.
    ///
    /// - Parameter count: How many images the batch has.
    /// - Returns: In rising order.
    func otherStretches(of count: Int) -> [Range<Int>] {
        let own = Set(images)
        return Self.stretches(of: (0..<count).filter { !own.contains($0) })
    }

    private static func stretches(of images: [Int]) -> [Range<Int>] {
        var stretches: [Range<Int>] = []
        for image in images {
            if let last = stretches.last, last.upperBound == image {
                stretches[stretches.count - 1] = last.lowerBound..<image + 1
            } else {
                stretches.append(image..<image + 1)
            }
        }
        return stretches
    }
}
