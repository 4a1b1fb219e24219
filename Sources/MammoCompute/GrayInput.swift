/// Gray images of one size, and how they become a network's input: gray / 255, less a mean, over a deviation, each in single
/// precision and in this order.
public struct GrayInput: Sendable {
    /// Each with rows × columns values.
    public let images: [[UInt8]]
    /// images × rows × columns × 3.
    public let shape: Shape
    /// Whether left and right change places.
    public let turnsColumns: Bool
    /// Whether top and bottom change places.
    public let turnsRows: Bool
    /// Of each of the three channels.
    public let mean: [Float]
    /// Of each of the three channels, none of them zero.
    public let deviation: [Float]

    /// A batch of images.
    ///
    /// - Parameters:
    ///   - images: Each with rows × columns values.
    ///   - rows: Rows of each.
    ///   - columns: Columns of each.
    ///   - turnsColumns: Whether left and right change places.
    ///   - turnsRows: Whether top and bottom change places.
    ///   - mean: Of each of the three channels.
    ///   - deviation: Of each of the three channels, none of them zero.
    public init(
        _ images: [[UInt8]], rows: Int, columns: Int, turnsColumns: Bool = false, turnsRows: Bool = false,
        mean: [Float],
        deviation: [Float]
    ) {
        precondition(images.allSatisfy { $0.count == rows * columns }, "images of one size")
        precondition(mean.count == 3 && deviation.count == 3, "three channels")
        self.images = images
        shape = Shape(images: images.count, rows: rows, columns: columns, channels: 3)
        (self.turnsColumns, self.turnsRows) = (turnsColumns, turnsRows)
        (self.mean, self.deviation) = (mean, deviation)
    }
}
