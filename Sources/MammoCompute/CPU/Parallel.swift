import Dispatch
import Synchronization

/// Splits `0..<count` into ranges of `grain` and hands them to `threads` threads, each taking the next when it is free.
///
/// - Parameters:
///   - count: How many pieces of work.
///   - threads: How many threads, this one among them.
///   - grain: Pieces in a range; the last range may have fewer.
///   - scratch: Floats of memory that each thread has to itself, aligned to a cache line.
///   - body: Called for each range with the thread's scratch memory.
func parallelRanges(
    _ count: Int, threads: Int, grain: Int, scratch: Int = 0,
    _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
) {
    let ranges = (count + grain - 1) / grain
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: min(threads, ranges)) { _ in
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(scratch, 1) * 4, alignment: 64)
        defer { bytes.deallocate() }
        let memory = bytes.bindMemory(to: Float.self, capacity: max(scratch, 1))
        while true {
            let range = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard range < ranges else { return }
            body(range * grain..<min(count, (range + 1) * grain), memory)
        }
    }
}
