import CCUDA
import Synchronization

/// A card that has been opened: what it is told, one thread at a time.
///
/// Unchecked: the plugin's context is used with the lock held, and by nothing else.
final class CUDAContext: @unchecked Sendable {
    let card: CUDAPlugin.Card
    private let plugin: CUDAPlugin
    private let handle: OpaquePointer
    private let lock = Mutex(())

    init(_ plugin: CUDAPlugin, _ card: CUDAPlugin.Card) throws(ComputeError) {
        var handle: OpaquePointer?
        let status = plugin.table.pointee.open(Int32(card.number), &handle)
        guard status == mammo_cuda_ok, let handle else {
            throw Self.error(status, plugin.message, bytes: 0, card)
        }
        (self.plugin, self.card, self.handle) = (plugin, card, handle)
    }

    deinit { plugin.table.pointee.close(handle) }

    private static func error(
        _ status: mammo_cuda_status, _ message: String, bytes: Int, _ card: CUDAPlugin.Card
    ) -> ComputeError {
        switch status {
        case mammo_cuda_out_of_memory: .outOfMemory(bytes: bytes, device: "card \(card.number), \(card.name)")
        case mammo_cuda_no_driver, mammo_cuda_no_device, mammo_cuda_no_library: .unavailable(message)
        default: .failed("card \(card.number), \(card.name): \(message)")
        }
    }

    /// Calls the plugin.
    ///
    /// - Parameters:
    ///   - bytes: What the call needs of memory, for the message where there is not as much.
    ///   - body: Given the plugin's functions and the context.
    /// - Throws: `ComputeError`, by the status that `body` returns.
    func call(
        bytes: Int = 0, _ body: (mammo_cuda_table, OpaquePointer) -> mammo_cuda_status
    ) throws(ComputeError) {
        let (status, message) = lock.withLock { _ in
            let status = body(plugin.table.pointee, handle)
            return (status, status == mammo_cuda_ok ? "" : plugin.message)
        }
        guard status == mammo_cuda_ok else { throw Self.error(status, message, bytes: bytes, card) }
    }

    /// Gives memory back, in the order of what has been asked for so far.
    func release(_ memory: UnsafeMutableRawPointer) {
        lock.withLock { _ in plugin.table.pointee.release(handle, memory) }
    }

    /// Gives page-locked memory of the host back.
    func releaseHost(_ memory: UnsafeMutableRawPointer) {
        lock.withLock { _ in plugin.table.pointee.release_host(handle, memory) }
    }

    /// Gives an event back.
    func release(event: OpaquePointer) { lock.withLock { _ in plugin.table.pointee.release_event(handle, event) } }

    /// Leaves a group of processes, when what was asked for so far is done.
    func leave(_ group: OpaquePointer) { lock.withLock { _ in plugin.table.pointee.leave_group(handle, group) } }
}
