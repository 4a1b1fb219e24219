import Glibc

/// A process by itself: sums are what it has.
public final class SingleProcess: ProcessGroup {
    /// The only one.
    public let rank = 0
    /// One.
    public let count = 1

    /// A process by itself.
    public init() {}

    /// Leaves the tensors as they are.
    public func sum(_ tensors: [Tensor], on device: any Device) {}

    /// The values.
    public func sum(_ values: [Double]) -> [Double] { values }

    /// Leaves the tensors as they are.
    public func broadcast(_ tensors: [Tensor], on device: any Device) {}

    /// The bytes.
    public func broadcast(_ bytes: [UInt8]) -> [UInt8] { bytes }

    /// Nothing to leave.
    public func end() {}

    /// Ends the process.
    public func abort(status: Int32) -> Never { exit(status) }
}
