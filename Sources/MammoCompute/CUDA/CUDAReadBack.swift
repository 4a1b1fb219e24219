import CCUDA
import Synchronization

/// The way of a few values back to the host, such as logits: a thread that waits for them keeps no other from giving the card
/// work, and waits for nothing that was asked for after them.
final class CUDAReadBack: Sendable {
    /// Bytes that come back at a time, at most.
    static let most = 1 << 16

    /// Page-locked memory of the host and the event of its copy. Unchecked: whoever has taken a place alone uses it.
    private final class Place: @unchecked Sendable {
        let host: UnsafeMutableRawPointer
        let copied: OpaquePointer
        private let context: CUDAContext

        init(in context: CUDAContext) throws(ComputeError) {
            var (host, copied): (UnsafeMutableRawPointer?, OpaquePointer?)
            try context.call { table, handle in table.allocate_host(handle, CUDAReadBack.most, &host) }
            try context.call { table, handle in table.make_event(handle, &copied) }
            guard let host, let copied else { throw .failed("the plugin gave no memory") }
            (self.host, self.copied, self.context) = (host, copied, context)
        }

        deinit {
            context.releaseHost(host)
            context.release(event: copied)
        }
    }

    private let context: CUDAContext
    /// As many as threads have read at once.
    private let places = Mutex<[Place]>([])

    init(_ context: CUDAContext) { self.context = context }

    /// Copies values from the card, when all that was asked for before is done.
    ///
    /// - Parameters:
    ///   - source: In the card's memory.
    ///   - buffer: Of at most `most` bytes.
    /// - Throws: `ComputeError`.
    func read(_ source: UnsafeRawPointer, into buffer: UnsafeMutableRawBufferPointer) throws(ComputeError) {
        let free = places.withLock { $0.popLast() }
        let place = if let free { free } else { try Place(in: context) }
        try context.call { table, handle in
            let status = table.download(handle, mammo_cuda_compute, place.host, source, buffer.count)
            return status == mammo_cuda_ok ? table.record(handle, place.copied, mammo_cuda_compute) : status
        }
        try context.wait(for: place.copied)
        buffer.copyMemory(from: UnsafeRawBufferPointer(start: place.host, count: buffer.count))
        places.withLock { $0.append(place) }
    }
}
