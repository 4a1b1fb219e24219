import CCUDA
import Synchronization

/// The way of a few values back to the host, such as logits: a thread that waits for them keeps no other from giving the card
/// work, and waits for nothing that was asked for after them.
final class CUDAReadBack: Sendable {
    /// Bytes that come back at a time, at most.
    static let most = 1 << 16

    /// Page-locked memory of the host and the event of its copy. Unchecked: whoever has taken a place alone uses it.
    fileprivate final class Place: @unchecked Sendable {
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

    /// Values that are on their way back.
    final class Reading: Sendable {
        private let owner: CUDAReadBack
        private let place: Place
        private let bytes: Int

        fileprivate init(_ owner: CUDAReadBack, _ place: Place, bytes: Int) {
            (self.owner, self.place, self.bytes) = (owner, place, bytes)
        }

        /// The place is free for the next when its copy is done, whether or not somebody has waited for it. Where the card has
        /// failed it goes; the next call says so.
        deinit {
            do throws(ComputeError) {
                try owner.context.wait(for: place.copied)
                owner.places.withLock { $0.append(place) }
            } catch {}
        }

        /// Waits for the values.
        ///
        /// - Parameter body: Given them.
        /// - Throws: `ComputeError.failed` where what was asked for before went wrong.
        func finish(_ body: (UnsafeRawBufferPointer) -> Void) throws(ComputeError) {
            try owner.context.wait(for: place.copied)
            body(UnsafeRawBufferPointer(start: place.host, count: bytes))
        }
    }

    /// Begins to copy values from the card, when all that was asked for before is done.
    ///
    /// - Parameters:
    ///   - source: In the card's memory.
    ///   - bytes: How many, at most `most`.
    /// - Returns: What waits for them.
    /// - Throws: `ComputeError`.
    func begin(_ source: UnsafeRawPointer, bytes: Int) throws(ComputeError) -> Reading {
        let free = places.withLock { $0.popLast() }
        let place = if let free { free } else { try Place(in: context) }
        try context.call { table, handle in
            let status = table.download(handle, mammo_cuda_compute, place.host, source, bytes)
            return status == mammo_cuda_ok ? table.record(handle, place.copied, mammo_cuda_compute) : status
        }
        return Reading(self, place, bytes: bytes)
    }
}
