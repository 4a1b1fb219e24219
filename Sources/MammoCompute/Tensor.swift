/// Memory of a device.
public protocol TensorStorage: AnyObject, Sendable {}

/// Single-precision values on a device, in the layout that `Shape` describes.
///
/// Operations are the device's. A tensor is written by the operation that makes it, or that is given it as output, and
/// by nothing else.
public final class Tensor: Sendable {
    /// Images, rows, columns and channels.
    public let shape: Shape
    /// The memory, as the device that made it knows it.
    public let storage: any TensorStorage

    /// A tensor over memory that a device has set aside.
    ///
    /// - Parameters:
    ///   - shape: Images, rows, columns and channels.
    ///   - storage: Room for `shape.count` values.
    public init(shape: Shape, storage: any TensorStorage) {
        self.shape = shape
        self.storage = storage
    }
}
