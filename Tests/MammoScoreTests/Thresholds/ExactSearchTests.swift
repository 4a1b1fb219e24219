import Testing

import MammoScore

@Suite("Exact search")
struct ExactSearchTests {
    @Test("A plateau between two scores, its middle recommended")
    func middle() {
        let set = ScoredSet(labels: [true, false, true, false], scores: [0.9, 0.2, 0.6, 0.1])
        let best = ExactSearch(Ranking(set))
        #expect(best.score == 1 && best.plateau == .init(lower: 0.2, upper: 0.6) && best.plateaus == 1)
        #expect(best.threshold == 0.2 + (0.6 - 0.2) / 2)
    }

    @Test("No threshold does better, and every one of the plateau does as well")
    func best() {
        for number in 0..<300 { check(RandomCase(number)) }
    }

    private func check(_ drawn: RandomCase) {
        let set = drawn.set
        func score(_ threshold: Double) -> Double { Confusion(set, above: threshold).f(beta: drawn.beta) }
        let best = ExactSearch(Ranking(set), beta: drawn.beta)
        let tried = set.scores + [0, 1] + (0..<50).map { Double($0) / 50 }
        #expect(tried.allSatisfy { score($0) <= best.score })
        let (lower, upper) = (best.plateau.lower, best.plateau.upper)
        #expect([lower, best.threshold, lower + (upper - lower) * 0.99].allSatisfy { score($0) == best.score })
        #expect(best.threshold >= lower && (best.threshold < upper || lower == upper))
        #expect(upper == 1 || score(upper) < best.score)
        #expect(lower == 0 || score(lower.nextDown) < best.score)
    }

    @Test("Ties are called together or not at all; scores of 0 never are")
    func ties() {
        let tied = ExactSearch(Ranking(ScoredSet(labels: [true, false, true], scores: [0.5, 0.5, 0.5])))
        #expect(tied.score == 0.8 && tied.plateau == .init(lower: 0, upper: 0.5))
        let zero = ExactSearch(Ranking(ScoredSet(labels: [true, true], scores: [0, 0])))
        #expect(zero.score == 0 && zero.plateau == .init(lower: 0, upper: 1))
    }

    @Test("Of two plateaus the wider, of equal ones the lower")
    func several() {
        // Calling the first alone and calling all four both give 2/3.
        let labels = [true, false, false, true]
        let equal = ExactSearch(Ranking(ScoredSet(labels: labels, scores: [0.75, 0.5, 0.375, 0.25])))
        #expect(equal.plateaus == 2 && equal.plateau == .init(lower: 0, upper: 0.25))
        let high = ExactSearch(Ranking(ScoredSet(labels: labels, scores: [0.9, 0.5, 0.375, 0.25])))
        #expect(high.plateaus == 2 && high.plateau == .init(lower: 0.5, upper: 0.9))
    }

    @Test("Neighbouring scores of double precision: the recommended threshold still tells them apart")
    func neighbours() {
        let (low, high) = (0.5, 0.5.nextUp)
        let best = ExactSearch(Ranking(ScoredSet(labels: [true, false], scores: [high, low])))
        #expect(best.score == 1 && best.threshold == low)
    }

    @Test("The grid's best is never above the exact one by more than its starting values")
    func grid() {
        for number in 0..<300 {
            let set = RandomCase(number).set
            guard set.positives > 0 else { continue }
            #expect(GridSearch(set).score <= ExactSearch(Ranking(set)).score + 1e-5)
        }
    }
}
