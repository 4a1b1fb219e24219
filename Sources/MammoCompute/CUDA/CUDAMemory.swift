import CCUDA

/// Memory of a card. It goes back to the context's pool when nothing knows it any more.
///
/// Unchecked: a tensor is written by one operation, and read by others after it, in the order of one stream.
final class CUDAMemory: TensorStorage, @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let bytes: Int
    private let context: CUDAContext

    init(bytes: Int, in context: CUDAContext) throws(ComputeError) {
        var memory: UnsafeMutableRawPointer?
        try context.call { table, handle in table.allocate(handle, bytes, &memory) }
        guard let memory else { throw .failed("the plugin gave no memory") }
        (base, self.bytes, self.context) = (memory, bytes, context)
    }

    deinit { context.release(base) }

    var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
}

/// Rows of values between a layer's operations, in the precision of the device.
struct CUDARows: Sendable {
    let memory: CUDAMemory
    let rows: Int
    let channels: Int
    let type: mammo_cuda_type

    var base: UnsafeMutableRawPointer { memory.base }
}

extension Tensor {
    /// The memory, on the card that made it.
    private var cardMemory: CUDAMemory {
        guard let memory = storage as? CUDAMemory else { preconditionFailure("a tensor of another device") }
        return memory
    }

    /// The values, for the card that made them.
    var card: UnsafeMutablePointer<Float> { cardMemory.floats }

    /// The values as rows of so many.
    func cardRows(_ rows: Int, _ channels: Int) -> CUDARows {
        CUDARows(memory: cardMemory, rows: rows, channels: channels, type: mammo_cuda_fp32)
    }
}

extension Shape {
    /// As the plugin has it.
    var card: mammo_cuda_shape {
        mammo_cuda_shape(
            images: Int32(images), rows: Int32(rows), columns: Int32(columns), channels: Int32(channels))
    }
}
