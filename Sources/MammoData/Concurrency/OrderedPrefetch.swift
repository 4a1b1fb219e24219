import Dispatch
import Synchronization

/// Makes numbered values on several threads ahead of one that takes them in order.
///
/// No more than `ahead` values are there or under way at a time, so memory does not grow with their number.
public struct OrderedPrefetch: Sendable {
    /// Threads that make values.
    public let workers: Int
    /// How many values may wait or be under way.
    public let ahead: Int

    /// A prefetch with at least one thread and room for one value a thread.
    ///
    /// - Parameters:
    ///   - workers: Threads that make values.
    ///   - ahead: How many values may wait or be under way.
    public init(workers: Int, ahead: Int) {
        self.workers = max(1, workers)
        self.ahead = max(self.workers, ahead)
    }

    /// Calls `take` on this thread with each value of `0..<count` in order.
    ///
    /// - Parameters:
    ///   - count: How many values.
    ///   - meter: Counts values and the time that is waited for them.
    ///   - make: Makes a value, on another thread.
    ///   - take: Takes a value; false ends the run.
    /// - Throws: What `take` throws, after the threads have ended.
    public func run<Value: Sendable>(
        count: Int, meter: ReaderMeter? = nil, make: @escaping @Sendable (Int) -> Value,
        take: (Int, Value) throws -> Bool
    ) rethrows {
        let window = Window<Value>(size: ahead)
        let group = DispatchGroup()
        group.startThreads(min(workers, count)) {
            while let number = window.begin(), number < count { window.put(make(number), at: number) }
        }
        defer {
            window.stop(workers: workers)
            group.wait()
        }
        for number in 0..<count {
            let value = meter.map { $0.wait { window.take(number) } } ?? window.take(number)
            guard try take(number, value) else { return }
        }
    }
}

/// Places for values under way, used over and over: value n stands at n modulo their number.
private final class Window<Value: Sendable>: Sendable {
    private let places: [Place<Value>]
    private let filled: [DispatchSemaphore]
    private let free: DispatchSemaphore
    private let next = Atomic(0)
    private let stopped = Atomic(false)

    init(size: Int) {
        places = (0..<size).map { _ in Place() }
        filled = (0..<size).map { _ in DispatchSemaphore(value: 0) }
        free = DispatchSemaphore(value: 0)
        for _ in 0..<size { free.signal() }
    }

    /// The number of the next value to make, when there is room for it; nil when no more are wanted.
    func begin() -> Int? {
        free.wait()
        return stopped.load(ordering: .acquiring) ? nil : next.wrappingAdd(1, ordering: .relaxed).oldValue
    }

    func put(_ value: Value, at number: Int) {
        places[number % places.count].value.withLock { $0 = value }
        filled[number % places.count].signal()
    }

    func take(_ number: Int) -> Value {
        filled[number % places.count].wait()
        let value = places[number % places.count].value.withLock { place in
            defer { place = nil }
            return place
        }
        free.signal()
        guard let value else { preconditionFailure("a place that was filled holds nothing") }
        return value
    }

    func stop(workers: Int) {
        stopped.store(true, ordering: .releasing)
        for _ in 0..<workers { free.signal() }
    }
}

private final class Place<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}
