import Foundation
import MammoScore
import TestSupport
import Testing

/// The blog post's own Python functions, on a thousand random cases that Scripts/fixtures/make_scores.py made.
@Suite("The reference pipeline's pf1_score and pf1_threshold")
struct SeedScoresTests {
    private struct Case {
        var set: ScoredSet
        var beta: Double

        init(seed: UInt64) {
            var state = seed
            func draw() -> Double {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(state >> 11) / 0x1p53
            }
            let count = 1 + Int(draw() * 60)
            let rate = draw()
            let levels = [0.0, 2, 5, 20, 1000][Int(draw() * 5)]
            var (labels, scores) = ([Bool](), [Double]())
            for _ in 0..<count {
                labels.append(draw() < rate)
                let score = draw()
                scores.append(levels > 0 ? floor(score * (levels + 1)) / levels : score * 1.2 - 0.1)
            }
            set = ScoredSet(labels: labels, scores: scores)
            beta = [0.5, 1, 2][Int(draw() * 3)]
        }
    }

    @Test("To the last bit")
    func goldens() throws {
        let rows = try Fixtures.table("scores.csv")
        #expect(rows.count == 1000)
        for row in rows {
            let golden = Case(seed: try #require(UInt64(row["seed"] ?? "")))
            #expect(row["beta"].flatMap(Double.init) == golden.beta)
            #expect(row["pf1"].flatMap(Double.init) == ProbabilisticF.seed(golden.set, beta: golden.beta))
            let grid = GridSearch(golden.set)
            #expect(row["best_score"].flatMap(Double.init) == grid.score)
            #expect(row["best_threshold"].flatMap(Double.init) == grid.threshold)
        }
    }

    @Test("No threshold of a fine grid beats the exact search, and its plateau scores what it says")
    func exact() {
        for seed in 1...200 as ClosedRange<UInt64> {
            let set = Case(seed: seed).set
            let best = ExactSearch(Ranking(set))
            func score(_ threshold: Double) -> Double {
                ProbabilisticF.plain(
                    ScoredSet(labels: set.labels, scores: set.scores.map { $0 > threshold ? 1 : 0 }))
            }
            #expect((0...1000).allSatisfy { score(Double($0) / 1000) <= best.score })
            #expect(score(best.threshold) == best.score && score(best.plateau.lower) == best.score)
        }
    }

    @Test("Defined for every input")
    func edges() {
        for set in [
            ScoredSet(labels: [], scores: []), ScoredSet(labels: [false], scores: [0]),
            ScoredSet(labels: [true], scores: [0]), ScoredSet(labels: [false, false], scores: [0.3, 1]),
        ] {
            #expect(ProbabilisticF.plain(set) == 0)
            #expect(ExactSearch(Ranking(set)).score == 0)
            #expect(Ranking(set).areaUnderROC == nil)
        }
        #expect(ProbabilisticF.plain(ScoredSet(labels: [true], scores: [1])) == 1)
    }
}
