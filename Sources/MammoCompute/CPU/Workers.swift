import CKernels
import Dispatch
import Glibc
import Synchronization

/// Threads of the process that help with work: as libdispatch's, but they ask for the next work for a moment before they fall
/// asleep. Waking a thread takes a tenth of a millisecond on a virtual machine, as long as many layers; most work comes sooner.
final class Workers: Sendable {
    /// The process's: its cores are shared by all devices. Without work it is nothing but threads that sleep.
    static let shared = Workers()

    /// One thread.
    private final class Worker: Sendable {
        let isAsleep = Atomic(false)
        let wakeUp = DispatchSemaphore(value: 0)
    }

    /// What is to be done now.
    private struct Job: Sendable {
        var body: (@Sendable () -> Void)?
        var helpers = 0
    }

    /// Written by the caller that holds `isBusy`, while the gate is closed.
    nonisolated(unsafe) private var job = Job()
    /// Counts jobs.
    private let number = Atomic(0)
    /// Workers inside the job; `closed` where none may enter.
    private let gate = Atomic(Workers.closed)
    private let isBusy = Atomic(false)
    private let workers = Mutex<[Worker]>([])

    private static let closed = -1
    /// How often a worker asks before it falls asleep: some hundred microseconds.
    private static let patience = 4000

    /// Does some work on this thread and on others. The work takes its pieces itself, so it is done when the first of the calls
    /// returns; a thread that comes late is not waited for.
    ///
    /// - Parameters:
    ///   - helpers: How many other threads may help.
    ///   - body: Called by each thread once.
    func run(helpers: Int, _ body: @Sendable () -> Void) {
        guard helpers > 0 else { return body() }
        // Another caller's work, or work within work.
        guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged else {
            return DispatchQueue.concurrentPerform(iterations: helpers + 1) { _ in body() }
        }
        let called = started(helpers)
        withoutActuallyEscaping(body) { body in
            job = Job(body: body, helpers: helpers)
            gate.store(0, ordering: .releasing)
            number.wrappingAdd(1, ordering: .sequentiallyConsistent)
            for worker in called where worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent) {
                worker.wakeUp.signal()
            }
            body()
            // Those inside have the last pieces.
            var turns = 0
            while !gate.compareExchange(expected: 0, desired: Self.closed, ordering: .acquiringAndReleasing).exchanged {
                wait(&turns)
            }
            job = Job()
        }
        isBusy.store(false, ordering: .releasing)
    }

    /// The first workers, started where there are not enough; fewer where the system has no more threads.
    private func started(_ count: Int) -> [Worker] {
        workers.withLock { workers in
            while workers.count < count {
                let (worker, place, seen) = (Worker(), workers.count, number.load(ordering: .relaxed))
                let thread = Thread { [unowned self] in work(as: worker, place: place, after: seen) }
                guard thread.start() else { break }
                workers.append(worker)
            }
            return Array(workers.prefix(count))
        }
    }

    /// A worker's life.
    private func work(as worker: Worker, place: Int, after first: Int) {
        var seen = first
        while true {
            var turns = 0
            while number.load(ordering: .acquiring) == seen {
                wait(&turns)
                if turns > Self.patience { sleep(worker, after: seen) }
            }
            seen = number.load(ordering: .sequentiallyConsistent)
            guard enter() else { continue }
            call(place)
            gate.wrappingSubtract(1, ordering: .releasing)
        }
    }

    /// Until there is another job than the last.
    private func sleep(_ worker: Worker, after seen: Int) {
        worker.isAsleep.store(true, ordering: .sequentiallyConsistent)
        // A job that came in between finds the worker asleep and wakes it, or is found by the worker.
        let came = number.load(ordering: .sequentiallyConsistent) != seen
        if came, worker.isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
        worker.wakeUp.wait()
    }

    private func enter() -> Bool {
        var inside = gate.load(ordering: .relaxed)
        while inside != Self.closed {
            let (entered, now) = gate.compareExchange(
                expected: inside, desired: inside + 1, ordering: .acquiringAndReleasing)
            if entered { return true }
            inside = now
        }
        return false
    }

    /// A function of its own: when it returns, nothing holds the job's closure.
    @inline(never)
    private func call(_ place: Int) {
        if place < job.helpers { job.body?() }
    }

    private func wait(_ turns: inout Int) {
        turns += 1
        // Another thread may need this one's core.
        if turns % 1024 == 0 { sched_yield() } else { ckernels_pause() }
    }

    /// A thread of the system that is never joined.
    private final class Thread: Sendable {
        private let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }

        func start() -> Bool {
            var thread = pthread_t()
            let own = Unmanaged.passRetained(self)
            let status = pthread_create(
                &thread, nil,
                { thread in
                    if let thread { Unmanaged<Thread>.fromOpaque(thread).takeRetainedValue().body() }
                    return nil
                }, own.toOpaque())
            guard status == 0 else {
                own.release()
                return false
            }
            pthread_detach(thread)
            return true
        }
    }
}
