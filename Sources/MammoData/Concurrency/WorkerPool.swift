import Dispatch
import Synchronization

/// Runs numbered pieces of work on a fixed number of threads, each taking the next number when it is free.
public struct WorkerPool: Sendable {
    /// How many threads.
    public let workers: Int

    /// A pool of `workers` threads, at least one.
    public init(workers: Int) {
        self.workers = max(1, workers)
    }

    /// Calls `body` once for each number in `0..<count`, in rising order of starting, and returns when all calls have.
    ///
    /// A call that returns false keeps new ones from starting; those under way are finished. At most `workers` calls
    /// run at a time, so memory is bounded by them and not by `count`.
    public func run(count: Int, _ body: @escaping @Sendable (Int) -> Bool) {
        let cursor = Cursor(count: count)
        let group = DispatchGroup()
        group.startThreads(min(workers, count)) {
            while let number = cursor.next() {
                if !body(number) { cursor.stop() }
            }
        }
        group.wait()
    }
}

extension DispatchGroup {
    /// Runs `body` on each of `count` threads; the group is left when all have returned.
    func startThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
        for number in 0..<count {
            // Serial queues overcommit: each gets a thread while it has work, so that there may be more threads than
            // cores, as is wanted where the disk is slow.
            DispatchQueue(label: "mammo.worker-\(number)").async(group: self, execute: body)
        }
    }
}

private final class Cursor: Sendable {
    private let count: Int
    private let position = Atomic(0)

    init(count: Int) { self.count = count }

    func next() -> Int? {
        let number = position.wrappingAdd(1, ordering: .relaxed).oldValue
        return number < count ? number : nil
    }

    func stop() { position.store(count, ordering: .relaxed) }
}
