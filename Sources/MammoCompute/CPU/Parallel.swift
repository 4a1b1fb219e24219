import CKernels
import Glibc
import Synchronization

/// Splits `0..<count` into ranges of `grain` and hands them to `threads` threads, each taking the next when it is free.
///
/// - Parameters:
///   - count: How many pieces of work.
///   - threads: How many threads, this one among them.
///   - grain: Pieces in a range; the last range may have fewer.
///   - scratch: Memory that each thread has to itself.
///   - body: Called for each range with the thread's scratch memory.
func parallelRanges(
    _ count: Int, threads: Int, grain: Int, scratch: Scratch = Scratch(),
    _ body: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
) {
    let ranges = (count + grain - 1) / grain
    let next = Atomic(0)
    guard ranges > 0 else { return }
    Workers.shared.run(helpers: min(threads, ranges) - 1) {
        scratch.withMemory { memory in
            while true {
                let range = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard range < ranges else { return }
                body(range * grain..<min(count, (range + 1) * grain), memory)
            }
        }
    }
}

/// A part of some work, which is itself done in ranges by several threads, and needs all parts before it.
struct Phase: Sendable {
    /// How many pieces of work.
    var count: Int
    /// Pieces in a range; the last range may have fewer.
    var grain = 1
    /// Called for each range with the thread's scratch memory.
    var body: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void

    fileprivate var ranges: Int { (count + grain - 1) / grain }
}

/// Hands the ranges of several phases to threads, one phase after another. Threads are called once: between phases they wait for
/// each other without falling asleep, since what is left of a phase takes less than waking them would.
///
/// - Parameters:
///   - phases: In their order.
///   - threads: How many threads, this one among them.
///   - scratch: Memory that each thread has to itself.
func parallelPhases(_ phases: [Phase], threads: Int, scratch: Scratch) {
    let progress = phases.map { _ in PhaseProgress() }
    let most = phases.map(\.ranges).max() ?? 0
    guard most > 0 else { return }
    Workers.shared.run(helpers: min(threads, most) - 1) {
        scratch.withMemory { memory in
            for (phase, progress) in zip(phases, progress) { progress.work(on: phase, memory) }
        }
    }
}

/// How far threads have come with a phase.
private final class PhaseProgress: Sendable {
    private let next = Atomic(0)
    private let done = Atomic(0)

    /// Takes ranges until there are none left, then waits for those that other threads have taken. A thread that comes late
    /// finds nothing to do: only running threads are waited for.
    func work(on phase: Phase, _ memory: UnsafeMutablePointer<Float>) {
        let ranges = phase.ranges
        while true {
            let range = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard range < ranges else { break }
            phase.body(range * phase.grain..<min(phase.count, (range + 1) * phase.grain), memory)
            done.wrappingAdd(1, ordering: .releasing)
        }
        var turns = 0
        while done.load(ordering: .acquiring) < ranges {
            turns += 1
            // The other thread may need this one's core.
            if turns % 4096 == 0 { sched_yield() } else { ckernels_pause() }
        }
    }
}
