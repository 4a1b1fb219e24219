import CCUDA
import Synchronization

/// An opened card: calls of the plugin, one thread at a time.
///
/// Unchecked: the plugin's context is used with the lock held, and by nothing else.
final class CUDAContext: @unchecked Sendable {
    let card: CUDAPlugin.Card
    private let plugin: CUDAPlugin
    private let handle: OpaquePointer
    /// Holds what a release reported: `deinit` cannot throw, so the next call does.
    private let lock = Mutex<ComputeError?>(nil)

    init(_ plugin: CUDAPlugin, _ card: CUDAPlugin.Card) throws(ComputeError) {
        var handle: OpaquePointer?
        let status = plugin.table.pointee.open(Int32(card.number), plugin.libraries, &handle)
        guard status == mammo_cuda_ok, let handle else { throw Self.error(status, plugin.message, card) }
        (self.plugin, self.card, self.handle) = (plugin, card, handle)
    }

    deinit { plugin.table.pointee.close(handle) }

    private static func error(
        _ status: mammo_cuda_status, _ message: String, _ card: CUDAPlugin.Card
    ) -> ComputeError {
        let device = "card \(card.number), \(card.name)"
        return switch status {
        case mammo_cuda_out_of_memory: .outOfMemory(device: device, reason: message)
        case mammo_cuda_no_driver, mammo_cuda_no_device, mammo_cuda_no_library: .unavailable(message)
        default: .failed("\(device): \(message)")
        }
    }

    /// Calls the plugin.
    ///
    /// - Parameter body: Given the plugin's functions and the context.
    /// - Throws: `ComputeError`, by the status that `body` returns, or what an earlier release reported.
    func call(_ body: (mammo_cuda_table, OpaquePointer) -> mammo_cuda_status) throws(ComputeError) {
        let failure = lock.withLock { earlier in
            earlier.take() ?? self.failure(of: body(plugin.table.pointee, handle))
        }
        if let failure { throw failure }
    }

    /// Waits until an event has come, while other threads call the plugin.
    ///
    /// - Parameter event: Recorded in a call before.
    /// - Throws: `ComputeError.failed` where what was asked for before it went wrong.
    func wait(for event: OpaquePointer) throws(ComputeError) {
        if let failure = failure(of: plugin.table.pointee.wait_on_host(handle, event)) { throw failure }
    }

    private func failure(of status: mammo_cuda_status) -> ComputeError? {
        status == mammo_cuda_ok ? nil : Self.error(status, plugin.message, card)
    }

    private func release(_ body: (mammo_cuda_table, OpaquePointer) -> mammo_cuda_status) {
        lock.withLock { earlier in
            let reported = failure(of: body(plugin.table.pointee, handle))
            earlier = earlier ?? reported
        }
    }

    /// Returns memory to the pool, in the order of what has been asked for so far.
    func release(_ memory: UnsafeMutableRawPointer) { release { table, handle in table.release(handle, memory) } }

    /// Releases page-locked memory of the host.
    func releaseHost(_ memory: UnsafeMutableRawPointer) {
        release { table, handle in table.release_host(handle, memory) }
    }

    /// Releases an event.
    func release(event: OpaquePointer) { release { table, handle in table.release_event(handle, event) } }

    /// Leaves a group of processes, when what was asked for so far is done.
    func leave(_ group: OpaquePointer) { lock.withLock { _ in plugin.table.pointee.leave_group(handle, group) } }
}
