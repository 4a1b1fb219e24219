import Testing

import MammoScore

@Suite("Known figures")
struct KnownFiguresTests {
    @Test("Constants at the prevalence of breasts; hard predictions: pF is F")
    func constants() {
        let labels = (0..<23_826).map { $0 < 492 }
        let half = ScoredSet(labels: labels, scores: labels.map { _ in 0.5 })
        let one = ScoredSet(labels: labels, scores: labels.map { _ in 1 })
        #expect(abs(ProbabilisticF.plain(half) - 0.0397) < 5e-5)
        #expect(abs(ProbabilisticF.plain(one) - 0.0405) < 5e-5)
        #expect(ProbabilisticF.plain(one) == Confusion(one, above: 0.5).f())
    }

    @Test("numpy.arange(0, 1, 0.05), float by float")
    func grid() {
        let grid = GridSearch(ScoredSet(labels: [true], scores: [1])).thresholds
        #expect(grid.count == 20 && grid[3] == 0.15000000000000002 && grid[19] == 0.9500000000000001)
    }
}
