/// A forward pass that a device was given once, operation by operation, and is given again as a whole.
public protocol RecordedPass: Sendable {
    /// Computes the pass of another input.
    ///
    /// - Parameter input: Of the shape that it was recorded with.
    /// - Returns: The output, to the bits of the operations one by one.
    /// - Throws: `ComputeError`.
    func run(_ input: Tensor) throws(ComputeError) -> Tensor
}

extension Device {
    /// Nothing is recorded where giving the device its work costs no time.
    public func recorded(
        _ input: Shape, to output: Shape, _ pass: (Tensor) throws(ComputeError) -> Tensor
    ) throws(ComputeError) -> (any RecordedPass)? { nil }
}
