import MammoData
import MammoScore
import Testing

@Suite("Isotonic regression")
struct IsotonicFitTests {
    @Test("scikit-learn's knots, and what it predicts between and beyond them")
    func goldens() throws {
        for golden in try CalibrationGolden.all() {
            let fit = IsotonicFit(Ranking(golden.set))
            #expect(fit.scores == golden.numbers("scores"), "\(golden.golden.row)")
            #expect(CalibrationGolden.near(fit.probabilities, golden.numbers("probabilities"), within: 1e-14))
            let values = CalibrationGolden.places.map(fit.map.calibrated(probability:))
            #expect(CalibrationGolden.near(values, golden.numbers("isotonic"), within: 1e-12))
        }
    }

    @Test("Of many knots only some are kept, the ends among them, and the map still rises")
    func thinned() {
        // Shares of positives that rise: 0, 1/2, 2/3, 3/4 …, so that each score is a knot.
        var (labels, scores) = ([Bool](), [Double]())
        for step in 0..<40 {
            for place in 0...step {
                labels.append(place < step)
                scores.append(Double(step) / 40)
            }
        }
        let ranking = Ranking(ScoredSet(labels: labels, scores: scores))
        let whole = IsotonicFit(ranking)
        #expect(whole.scores.count == 40 && whole.probabilities[1] == 0.5)
        let some = IsotonicFit(ranking, mostKnots: 7)
        #expect(some.scores.count == 7 && some.scores.first == 0 && some.scores.last == 39 / 40)
        #expect(some.probabilities.last == whole.probabilities.last)
        #expect(zip(some.probabilities, some.probabilities.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("Violators are pooled, ties count together")
    func pooled() {
        let set = ScoredSet(labels: [false, true, false, true, true], scores: [0.1, 0.2, 0.3, 0.3, 0.9])
        let fit = IsotonicFit(Ranking(set))
        #expect(fit.scores == [0.1, 0.2, 0.3, 0.9] && fit.probabilities == [0, 2.0 / 3, 2.0 / 3, 1])
        #expect(IsotonicFit(Ranking(ScoredSet(labels: [], scores: []))).scores.isEmpty)
    }
}
