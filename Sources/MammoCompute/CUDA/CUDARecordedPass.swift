import CCUDA

/// A forward pass as a CUDA graph: one launch in place of one for each operation. The graph has tensors of its own, which an
/// input is copied to and an output from.
///
/// Unchecked: the graph is launched and released with the context's lock held.
final class CUDARecordedPass: RecordedPass, @unchecked Sendable {
    private let device: CUDADevice
    private let input, output: Tensor
    private let graph: OpaquePointer

    /// Records a pass.
    ///
    /// - Parameters:
    ///   - input: The shape of its input.
    ///   - output: The shape of its output.
    ///   - device: A card with memory pools.
    ///   - pass: Its operations, which were made before with tensors of these shapes.
    /// - Throws: `ComputeError`, after which the card is as it was.
    init(
        _ input: Shape, to output: Shape, on device: CUDADevice, _ pass: (Tensor) throws(ComputeError) -> Tensor
    ) throws(ComputeError) {
        let (from, to) = (try device.makeTensor(input), try device.makeTensor(output))
        graph = try device.context.record { () throws(ComputeError) in
            try device.copy(try pass(from), to: to)
        }
        (self.device, self.input, self.output) = (device, from, to)
    }

    deinit { device.context.release(graph: graph) }

    func run(_ input: Tensor) throws(ComputeError) -> Tensor {
        let made = try device.makeTensor(output.shape)
        // No other thread's input may come between this one's and its output.
        try device.context.exclusively { () throws(ComputeError) in
            try device.copy(input, to: self.input)
            try device.context.call { table, handle in table.launch_graph(handle, graph) }
            try device.copy(output, to: made)
        }
        return made
    }
}

extension CUDADevice {
    /// Passes of few pixels, where giving the card its work takes as long as the work.
    public func recorded(
        _ input: Shape, to output: Shape, _ pass: (Tensor) throws(ComputeError) -> Tensor
    ) throws(ComputeError) -> (any RecordedPass)? {
        guard input.positions <= pixelsOfRecordedPasses else { return nil }
        return try CUDARecordedPass(input, to: output, on: self, pass)
    }

    /// Copies values from one tensor to another of the same shape, in single precision.
    fileprivate func copy(_ source: Tensor, to tensor: Tensor) throws(ComputeError) {
        precondition(source.shape == tensor.shape, "\(source.shape) for \(tensor.shape)")
        try context.call { table, handle in table.copy(handle, tensor.card, source.card, tensor.shape.count * 4) }
    }
}
