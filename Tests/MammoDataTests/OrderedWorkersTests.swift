import Foundation
import MammoData
import Synchronization
import Testing

@Suite("Workers in order")
struct OrderedWorkersTests {
    @Test(
        "What comes out is in the order of what went in, and each worker has one thing at a time", arguments: [1, 2, 5])
    func order(_ count: Int) {
        let busy = Mutex([Int](repeating: 0, count: count))
        let workers = OrderedWorkers<Int, (Int, Int)>(count) { worker, number in
            busy.withLock { busy in
                busy[worker] += 1
                #expect(busy[worker] == 1)
            }
            if number % 7 == 0 { usleep(2000) }
            busy.withLock { $0[worker] -= 1 }
            return (worker, number * number)
        }
        #expect(workers.take() == nil && workers.count == count)
        var next = 0
        var used: Set<Int> = []
        func take() {
            guard let (worker, value) = workers.take() else { return }
            #expect(value == next * next)
            used.insert(worker)
            next += 1
        }
        for number in 0..<200 {
            workers.give(number)
            if workers.waiting > count { take() }
        }
        while workers.waiting > 0 { take() }
        #expect(next == 200 && used.isSubset(of: 0..<count))
    }

    @Test("With the owner the workers end, after what they have begun")
    func ends() {
        let done = Atomic(0)
        do {
            let workers = OrderedWorkers<Int, Int>(2) { _, number in
                usleep(1000)
                return done.wrappingAdd(1, ordering: .relaxed).newValue + number
            }
            for number in 0..<100 { workers.give(number) }
            #expect(workers.take() != nil)
        }
        let after = done.load(ordering: .relaxed)
        usleep(20_000)
        #expect(after < 100 && done.load(ordering: .relaxed) == after)
    }
}
