import Testing

@testable import MammoData

@Suite struct BatchOrderTests {
    @Test("Of a short batch the largest files come first, of equals the one listed first")
    func largestFirst() {
        let bytes = [5, 9, nil, 9, 7]
        #expect(BatchOrder(count: 5, workers: 2) { bytes[$0] }.places == [1, 3, 4, 0, 2])
    }

    @Test("One worker takes files as they are listed")
    func oneWorker() {
        #expect(BatchOrder(count: 4, workers: 1) { $0 }.places == [0, 1, 2, 3])
    }

    @Test("Of a long batch only the last files are asked for their size")
    func longBatch() {
        var asked: [Int] = []
        let order = BatchOrder(count: 1000, workers: 2) { place in
            asked.append(place)
            return place
        }
        #expect(asked == Array(968..<1000))
        #expect(order.places == Array(0..<968) + (968..<1000).reversed())
    }

    @Test("A batch of nothing")
    func empty() {
        #expect(BatchOrder(count: 0, workers: 2) { _ in 1 }.places.isEmpty)
    }
}
