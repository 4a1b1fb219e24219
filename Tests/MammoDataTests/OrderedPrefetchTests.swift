import MammoData
import Synchronization
import Testing

@Suite("Prefetching in order")
struct OrderedPrefetchTests {
    struct Stop: Error {}

    @Test("Values arrive in order, whichever thread is slow, and never too many at a time", arguments: [1, 2, 5])
    func order(workers: Int) {
        let alive = Atomic(0)
        let most = Atomic(0)
        var seen: [Int] = []
        OrderedPrefetch(workers: workers, ahead: 4).run(count: 200) { number in
            let now = alive.wrappingAdd(1, ordering: .relaxed).newValue
            _ = most.max(now, ordering: .relaxed)
            if number % 7 == 0 { for _ in 0..<2000 { _ = alive.load(ordering: .relaxed) } }
            return number * number
        } take: { number, value in
            #expect(value == number * number)
            seen.append(number)
            alive.wrappingSubtract(1, ordering: .relaxed)
            return true
        }
        #expect(seen == Array(0..<200))
        // One more may be begun while the taken one is still counted here.
        #expect(most.load(ordering: .relaxed) <= max(4, workers) + 1)
    }

    @Test("Taking may end early, by its answer or by an error")
    func early() {
        let made = Atomic(0)
        let prefetch = OrderedPrefetch(workers: 2, ahead: 3)
        prefetch.run(count: 1000) { _ in
            made.wrappingAdd(1, ordering: .relaxed).newValue
        } take: { number, _ in
            number < 10
        }
        #expect(made.load(ordering: .relaxed) < 20)
        #expect(throws: Stop.self) {
            try prefetch.run(count: 1000) {
                $0
            } take: { _, _ in
                throw Stop()
            }
        }
    }

    @Test("Nothing to do is done at once")
    func none() {
        OrderedPrefetch(workers: 3, ahead: 3).run(count: 0) {
            $0
        } take: { _, _ in
            Issue.record("nothing was asked for")
            return true
        }
    }
}
