import MammoData
import Synchronization
import Testing

@Suite("Worker pool")
struct WorkerPoolTests {
    @Test("Every number once, however many workers", arguments: [1, 2, 7, 64])
    func once(_ workers: Int) {
        let seen = Mutex<[Int]>([])
        WorkerPool(workers: workers).run(count: 500) { number in
            seen.withLock { $0.append(number) }
            return true
        }
        #expect(seen.withLock { $0.sorted() } == Array(0..<500))
        WorkerPool(workers: workers).run(count: 0) { _ in false }
    }

    @Test("No more than the workers at a time, and none after a stop")
    func bounded() {
        let state = Mutex((running: 0, most: 0, started: 0))
        WorkerPool(workers: 3).run(count: 1000) { number in
            state.withLock {
                $0.running += 1
                $0.started += 1
                $0.most = max($0.most, $0.running)
            }
            defer { state.withLock { $0.running -= 1 } }
            return number < 20
        }
        let (most, started) = state.withLock { ($0.most, $0.started) }
        #expect(most <= 3)
        #expect((21...26).contains(started))
    }
}
