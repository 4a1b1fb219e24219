import CCUDA

/// Which images of a batch an operation takes, with their numbers on the card where it is not all of them.
struct CUDAImages: Sendable {
    /// How many.
    let count: Int
    private let memory: CUDAMemory?

    /// All images of a batch.
    init(all count: Int) { (self.count, memory) = (count, nil) }

    /// Those of a branch.
    init(_ branch: Branch, of count: Int, on device: CUDADevice) throws(ComputeError) {
        self.count = branch.images.count
        guard branch.images.count < count, !branch.images.isEmpty else {
            memory = nil
            return
        }
        let memory = try CUDAMemory(bytes: branch.images.count * 4, in: device.context)
        let numbers = branch.images.map { Int32($0) }
        try device.context.call { table, handle in
            numbers.withUnsafeBytes {
                table.upload(handle, mammo_cuda_compute, memory.base, $0.baseAddress, $0.count)
            }
        }
        self.memory = memory
    }

    /// Their numbers, or null for all.
    var numbers: UnsafePointer<Int32>? { memory.map { UnsafePointer($0.base.assumingMemoryBound(to: Int32.self)) } }

    /// A stream's shape with these images alone.
    func shape(of stream: Shape) -> Shape {
        var shape = stream
        shape.images = count
        return shape
    }
}
