import CCUDA

/// An opened card: calls of the plugin, one thread at a time.
///
/// Unchecked: the plugin's context, and `earlier`, are used with the lock held, and by nothing else.
final class CUDAContext: @unchecked Sendable {
    let card: CUDAPlugin.Card
    private let plugin: CUDAPlugin
    private let handle: OpaquePointer
    private let lock = RecursiveLock()
    /// What a release reported: `deinit` cannot throw, so the next call does.
    private var earlier: ComputeError?

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
        let failure = lock.withLock { earlier.take() ?? self.failure(of: body(plugin.table.pointee, handle)) }
        if let failure { throw failure }
    }

    /// Makes several calls while no other thread makes one.
    func exclusively<Made>(_ body: () throws(ComputeError) -> Made) throws(ComputeError) -> Made {
        try lock.withLock(body)
    }

    /// Captures what `body` gives the compute stream in place of doing it, while no other thread makes a call.
    ///
    /// - Parameter body: Releases all memory that it allocates.
    /// - Returns: The graph, for `launch_graph`.
    /// - Throws: What `body` throws, and `ComputeError.failed` where something cannot be captured; the card is then as it was.
    func record(_ body: () throws(ComputeError) -> Void) throws(ComputeError) -> OpaquePointer {
        try exclusively { () throws(ComputeError) in
            try call { table, handle in table.begin_graph(handle) }
            var (graph, failure): (OpaquePointer?, ComputeError?)
            do throws(ComputeError) { try body() } catch { failure = error }
            // Releases in a capture that has failed fail too; their memory is the graph's. The end is called in any case.
            failure = failure ?? earlier
            earlier = nil
            do throws(ComputeError) {
                try call { table, handle in table.end_graph(handle, &graph) }
            } catch { failure = failure ?? error }
            if let graph, failure == nil { return graph }
            if let graph { release(graph: graph) }
            throw failure ?? .failed("the plugin gave no graph")
        }
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
        lock.withLock {
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

    /// Releases a graph, when the card has done its work.
    func release(graph: OpaquePointer) { release { table, handle in table.release_graph(handle, graph) } }

    /// Leaves a group of processes, when what was asked for so far is done.
    func leave(_ group: OpaquePointer) { lock.withLock { plugin.table.pointee.leave_group(handle, group) } }
}
