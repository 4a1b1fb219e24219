import MammoData
import Testing

import MammoScore

@Suite("How sure")
struct ResamplingTests {
    /// 60 patients of two breasts, some positive.
    static func cases() -> Cases {
        var random = SplitMix64(seed: 4)
        let labels = (0..<120).map { $0 % 7 == 0 }
        let scores = labels.map { ($0 ? 0.4 : 0) + Double(random.next(below: 60)) / 100 }
        return Cases(
            unit: .breast, aggregate: nil, set: ScoredSet(labels: labels, scores: scores),
            names: (IDList(labels.indices.map { "\($0)" }), IDList((0..<60).map { "\($0)" })),
            patients: labels.indices.map { $0 / 2 }, labelRows: RowSelection(labels.map { _ in [] }))
    }

    private func bootstrap(workers: Int, seed: UInt64 = 9) -> Bootstrap {
        Bootstrap(Self.cases(), threshold: 0.5, beta: 1, resamples: 200, seed: seed, workers: workers)
    }

    @Test("The same on any number of threads, another with another seed")
    func deterministic() {
        let (one, four) = (bootstrap(workers: 1), bootstrap(workers: 4))
        #expect(one.pf1 == four.pf1 && one.best == four.best && one.threshold == four.threshold)
        #expect(one.leftOut == four.leftOut && one.leftOutMean == four.leftOutMean && one.fixed == four.fixed)
        #expect(one.areaUnderROC == four.areaUnderROC && one.averagePrecision == four.averagePrecision)
        #expect(one.pf1 != bootstrap(workers: 1, seed: 10).pf1)
    }

    @Test("One resample is what its drawn patients, laid out one by one, give")
    func laidOut() {
        let cases = Self.cases()
        for stream in 0..<20 as Range<UInt64> {
            var random = SplitMix64(seed: 3, stream: stream)
            let drawn = (0..<60).map { _ in random.next(below: 60) }
            let set = cases.set.at(drawn.flatMap { [2 * $0, 2 * $0 + 1] })
            let figures = Resampling(cases, threshold: 0.5, beta: 2).resample(SplitMix64(seed: 3, stream: stream))
            let best = ExactSearch(Ranking(set), beta: 2)
            #expect(figures.best == best.score && figures.threshold == best.threshold)
            #expect(figures.areaUnderROC == Ranking(set).areaUnderROC)
            #expect(figures.averagePrecision == Ranking(set).averagePrecision)
            #expect(abs(figures.pf1 - ProbabilisticF.plain(set, beta: 2)) < 1e-12)
            #expect(figures.fixed == Confusion(set, above: 0.5).f(beta: 2))
            let others = cases.set.at(Set(0..<60).subtracting(drawn).sorted().flatMap { [2 * $0, 2 * $0 + 1] })
            #expect(figures.leftOut == Confusion(others, above: best.threshold).f(beta: 2))
        }
    }

    @Test("Intervals are numpy's percentiles, and hold the figure they are of")
    func intervals() throws {
        let interval = try #require(Interval([4, 1, 3, 2]))
        #expect(abs(interval.lower - 1.075) < 1e-12 && abs(interval.upper - 3.925) < 1e-12)
        #expect(Interval([]) == nil)
        let pf1 = try #require(bootstrap(workers: 2).pf1)
        let value = ProbabilisticF.plain(Self.cases().set)
        #expect(pf1.lower < value && value < pf1.upper && pf1.resamples == 200)
    }

    @Test("Nested: each fold at the threshold of the others; no fold does better than at its own best")
    func nested() throws {
        let cases = Self.cases()
        let rows = (0..<60).map { "\($0),\($0 % 3)\n" }.joined()
        let folds = try FoldTable(DelimitedText(Array("patient_id,fold\n\(rows)".utf8), path: "f.csv"))
        let nested = try NestedThreshold(cases, folds: folds, beta: 1)
        #expect(nested.folds.map(\.fold) == [0, 1, 2] && nested.folds.map(\.count) == [40, 40, 40])
        let others = cases.set.at(cases.patients.indices.filter { cases.patients[$0] % 3 != 1 })
        #expect(nested.folds[1].threshold == ExactSearch(Ranking(others)).threshold)
        #expect(nested.folds.allSatisfy { $0.score <= $0.optimistic })
        let few = try FoldTable(DelimitedText(Array("patient_id,fold\n0,0\n1,1\n".utf8), path: "f.csv"))
        #expect(throws: DataError.table(path: "f.csv", reason: "patient 2 has no fold")) {
            try NestedThreshold(cases, folds: few, beta: 1)
        }
    }
}
