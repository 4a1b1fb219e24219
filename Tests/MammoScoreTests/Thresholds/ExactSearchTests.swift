import MammoScore
import Testing

@Suite("Exact search")
struct ExactSearchTests {
    @Test("A plateau between two scores, its middle recommended")
    func middle() {
        let set = ScoredSet(labels: [true, false, true, false], scores: [0.9, 0.2, 0.6, 0.1])
        let best = ExactSearch(Ranking(set))
        #expect(best.score == 1 && best.plateau.lower == 0.2 && best.plateau.upper == 0.6 && best.plateaus == 1)
        #expect(best.threshold == 0.2 + (0.6 - 0.2) / 2)
    }
}
