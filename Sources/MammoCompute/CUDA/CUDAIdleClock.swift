import CCUDA

/// By two events in the stream that computes, which a card dates itself.
final class CUDAIdleClock: IdleClock {
    private let context: CUDAContext
    private let (end, beginning): (OpaquePointer, OpaquePointer)
    private var marks = (end: false, beginning: false)

    init(_ context: CUDAContext) throws(ComputeError) {
        var (end, beginning): (OpaquePointer?, OpaquePointer?)
        try context.call { table, handle in table.make_event(handle, &end) }
        try context.call { table, handle in table.make_event(handle, &beginning) }
        guard let end, let beginning else { throw .failed("the plugin gave no memory") }
        (self.end, self.beginning, self.context) = (end, beginning, context)
    }

    deinit {
        context.release(event: end)
        context.release(event: beginning)
    }

    func ended() throws(ComputeError) {
        try record(end)
        marks = (true, false)
    }

    func begins() throws(ComputeError) {
        try record(beginning)
        marks.beginning = true
    }

    private func record(_ event: OpaquePointer) throws(ComputeError) {
        try context.call { table, handle in table.record(handle, event, mammo_cuda_compute) }
    }

    func seconds() throws(ComputeError) -> Double {
        guard marks.end, marks.beginning else { return 0 }
        try context.wait(for: beginning)
        var milliseconds: Float = 0
        try context.call { table, handle in table.elapsed(handle, end, beginning, &milliseconds) }
        return Double(milliseconds) / 1000
    }
}
