import CCUDA
import Synchronization

/// Memory of a card. It goes back to the context's pool when nothing knows it any more.
///
/// Unchecked: a tensor is written by one operation, and read by others after it, in the order of one stream.
final class CUDAMemory: TensorStorage, @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    let bytes: Int
    /// How values are stored: in single precision, except between the operations of a segment.
    let type: mammo_cuda_type
    private let context: CUDAContext
    /// The memory that this is a part of; nil for memory of its own.
    let whole: CUDAMemory?
    /// The same values in 16 bits, where products ask for them: see `CUDADevice.weights` and `denseConvolution`. Whoever writes
    /// the values writes them too, or lets them go.
    private let narrow = Mutex<CUDAMemory?>(nil)

    /// The values in 16 bits, as they are now; nil where there are none.
    var copy: CUDAMemory? {
        get { narrow.withLock { $0 } }
        set { narrow.withLock { $0 = newValue } }
    }

    init(bytes: Int, type: mammo_cuda_type = mammo_cuda_fp32, in context: CUDAContext) throws(ComputeError) {
        var memory: UnsafeMutableRawPointer?
        try context.call { table, handle in table.allocate(handle, bytes, &memory) }
        guard let memory else { throw .failed("the plugin gave no memory") }
        (base, self.bytes, self.type, self.context, whole) = (memory, bytes, type, context, nil)
    }

    /// A part of memory, in single precision.
    init(_ whole: CUDAMemory, from first: Int, bytes: Int) {
        (base, self.bytes, type) = (whole.base + first, bytes, mammo_cuda_fp32)
        (context, self.whole) = (whole.context, whole)
    }

    deinit { if whole == nil { context.release(base) } }

    /// What parts of one memory begin at multiples of.
    static let alignment = 256

    /// The place after this in the memory that it is a part of.
    var next: UnsafeMutableRawPointer { base + Self.aligned(bytes) }

    /// So many bytes, and what is left over before the next part.
    static func aligned(_ bytes: Int) -> Int { (bytes + alignment - 1) / alignment * alignment }
}

/// Rows of values between a layer's operations, in the precision of the device.
struct CUDARows: Sendable {
    let memory: CUDAMemory
    let rows: Int
    let channels: Int

    var base: UnsafeMutableRawPointer { memory.base }
    var type: mammo_cuda_type { memory.type }
}

extension Tensor {
    /// The memory, on the card that made it.
    var cardMemory: CUDAMemory {
        guard let memory = storage as? CUDAMemory else { preconditionFailure("a tensor of another device") }
        return memory
    }

    /// The values in single precision, for the card that made them.
    var card: UnsafeMutablePointer<Float> {
        let memory = cardMemory
        precondition(memory.type == mammo_cuda_fp32, "a tensor in single precision")
        return memory.base.assumingMemoryBound(to: Float.self)
    }

    /// The values as rows of so many, as they are stored.
    func cardRows(_ rows: Int, _ channels: Int) -> CUDARows {
        CUDARows(memory: cardMemory, rows: rows, channels: channels)
    }

    /// The values as rows of channels.
    var cardRows: CUDARows { cardRows(shape.positions, shape.channels) }
}

extension Shape {
    /// As the plugin has it.
    var card: mammo_cuda_shape {
        mammo_cuda_shape(
            images: Int32(images), rows: Int32(rows), columns: Int32(columns), channels: Int32(channels))
    }
}
