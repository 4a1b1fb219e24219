import Testing

import MammoScore

@Suite("Metrics")
struct MetricsTests {
    @Test("scikit-learn's of 200 random cases")
    func goldens() throws {
        let goldens = try Golden.all("sklearn")
        #expect(goldens.count > 190)
        func near(_ value: Double?, _ expected: Double?) -> Bool {
            guard let value, let expected else { return value == nil && expected == nil }
            return abs(value - expected) < 1e-12
        }
        for golden in goldens {
            let drawn = RandomCase(golden.integer("case"), largest: 400)
            let (set, ranking) = (drawn.set, Ranking(drawn.set))
            #expect(near(ranking.areaUnderROC, golden.number("auc")))
            #expect(near(ranking.averagePrecision, golden.number("ap")))
            #expect(near(ranking.sensitivity(atSpecificity: 0.9), golden.number("s90")))
            #expect(near(ranking.sensitivity(atSpecificity: 0.95), golden.number("s95")))
            let confusion = Confusion(set, above: 0.5)
            #expect(near(confusion.f(beta: drawn.beta), golden.number("f")))
            #expect(near(confusion.precision, golden.number("precision")))
            #expect(near(confusion.recall, golden.number("recall")))
            #expect(near(confusion.specificity, golden.number("specificity")))
            #expect(near(confusion.recallRate, golden.number("share")))
            let calibration = Calibration(set)
            #expect(near(calibration.brier, golden.number("brier")))
            guard ranking.areaUnderROC != nil else { continue }
            let curve = golden.text("curve").split(separator: " ").map { $0.split(separator: ":").map { Double($0) } }
            let bins = calibration.bins.filter { $0.count > 0 }
            try #require(bins.count == curve.count)
            for (bin, point) in zip(bins, curve) {
                #expect(near(bin.rate, point[0]) && near(bin.meanScore, point[1]))
            }
        }
    }

    @Test("None, one, and one class")
    func few() {
        let none = Ranking(ScoredSet(labels: [], scores: []))
        #expect(none.areaUnderROC == nil && none.averagePrecision == 0 && none.sensitivity(atSpecificity: 0.9) == nil)
        #expect(Calibration(ScoredSet(labels: [], scores: [])).brier == 0)
        let one = Ranking(ScoredSet(labels: [true], scores: [0.4]))
        #expect(one.areaUnderROC == nil && one.averagePrecision == 1)
        #expect(Confusion(ScoredSet(labels: [true], scores: [0.4]), above: 0.4).truePositives == 0)
    }

    @Test("Edges of bins belong to the lower bin, 0 to the first")
    func bins() {
        let set = ScoredSet(labels: [true, false, false, true], scores: [0, 0.1, 0.100001, 1])
        #expect(Calibration(set).bins.map(\.count) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 1])
    }
}
