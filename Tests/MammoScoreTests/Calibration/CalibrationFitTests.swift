import MammoChart
import MammoData
import MammoScore
import Testing

@Suite("Calibration of breasts")
struct CalibrationFitTests {
    /// Forty breasts of twenty patients with two images each, of which the higher scores are more often positive.
    private func tables() throws -> JoinedTables {
        var random = SplitMix64(seed: 5)
        func unit() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        var text = "patient_id,image_id,prediction_id,label,probability\n"
        for breast in 0..<40 {
            let isPositive = unit() < 0.3
            for view in 0..<2 {
                let score = 0.5 + 0.5 * (isPositive ? max(unit(), unit()) : unit())
                text += "\(breast / 2),\(2 * breast + view),b\(breast),\(isPositive ? 1 : 0),\(score)\n"
            }
        }
        return try JoinedTables(
            PredictionTable(DelimitedText(Array(text.utf8), path: "p.csv")), labels: nil, isPartial: false)
    }

    private func fit(_ change: (inout CalibrationOptions) -> Void = { _ in }) throws -> CalibrationFit {
        var options = CalibrationOptions()
        change(&options)
        return try CalibrationFit(tables(), files: ["p.csv"], options: options)
    }

    @Test("The map is that of the breasts' scores, the threshold that of calibrated scores, and both are recorded")
    func record() throws {
        let cases = try tables().cases(.breast, .max)
        let fit = try fit { ($0.aggregate, $0.goal) = (.max, .recallRate(0.2)) }
        let map = try #require(PlattScaling(cases.set).map)
        let calibrated = ScoredSet(
            labels: cases.set.labels, scores: cases.set.scores.map(map.calibrated(probability:)))
        #expect(fit.record.map == map && fit.record.aggregate == .max && fit.record.goal == "recall rate 0.2")
        #expect(fit.record.threshold == ThresholdGoal.recallRate(0.2).threshold(of: Ranking(calibrated)))
        #expect(fit.at.recall_rate == 0.2 && fit.at.true_positives + fit.at.false_positives == 8)
        #expect(fit.record.source == .init(files: ["p.csv"], breasts: 40, positives: cases.set.positives))
        #expect(fit.after.brier < fit.before.brier && fit.meanAfter < fit.meanBefore)
        // A map that rises keeps the decisions.
        let plain = try self.fit { ($0.aggregate, $0.goal, $0.method) = (.max, .recallRate(0.2), .none) }
        #expect(plain.record.map == nil && plain.at.true_positives == fit.at.true_positives)
        #expect(abs(map.calibrated(probability: plain.record.threshold) - fit.record.threshold) < 0.05)
    }

    @Test("Isotonic regression makes the mean prediction the base rate")
    func isotonic() throws {
        let fit = try fit { $0.method = .isotonic }
        #expect(abs(fit.meanAfter - Double(fit.record.source.positives) / 40) < 1e-12)
        #expect(fit.after.brier <= fit.before.brier)
    }

    @Test("Intervals hold the figure, and do not depend on the number of threads")
    func bootstrap() throws {
        func intervals(_ workers: Int) throws -> CalibrationFit {
            try fit { ($0.resamples, $0.seed, $0.workers, $0.goal) = (200, 7, workers, .sensitivity(0.8)) }
        }
        let (one, four) = (try intervals(1), try intervals(4))
        let (a, b) = (try #require(one.bootstrap), try #require(four.bootstrap))
        #expect(a.threshold == b.threshold && a.f1 == b.f1 && a.recallRate == b.recallRate)
        for (interval, value) in [
            (a.threshold, one.record.threshold), (a.f1, one.at.f1), (a.precision, one.at.precision),
            (a.recall, one.at.recall), (a.specificity, one.at.specificity), (a.recallRate, one.at.recall_rate),
        ] {
            let interval = try #require(interval)
            #expect(interval.lower <= value && value <= interval.upper && interval.lower < interval.upper)
            #expect(interval.resamples == 200)
        }
        // Resamples of three patients often have no cancer.
        let few =
            "patient_id,image_id,prediction_id,label,probability\n1,1,1_L,1,0.5\n2,2,2_L,0,0.25\n3,3,3_L,0,0.125\n"
        let tables = try JoinedTables(
            PredictionTable(DelimitedText(Array(few.utf8), path: "p.csv")), labels: nil, isPartial: false)
        let sparse = ThresholdBootstrap(
            tables.cases(.breast, .mean), threshold: 0.375, goal: .bestF1, resamples: 100, seed: 1, workers: 2)
        #expect(sparse.recall?.lower == 1 && sparse.recallRate?.lower == 0 && sparse.recallRate?.resamples == 100)
        #expect(try (40..<90).contains(#require(sparse.threshold?.resamples)))
        #expect(one.tables.count == 2 && one.tables[1].rows.allSatisfy { $0.count == 4 })
    }

    @Test("One class, and positives with the lower scores, are refused")
    func refused() throws {
        func refusal(_ rows: String) throws -> String {
            let text = "prediction_id,label,probability\n\(rows)"
            let tables = try JoinedTables(
                PredictionTable(DelimitedText(Array(text.utf8), path: "p.csv")), labels: nil, isPartial: false)
            let error = #expect(throws: DataError.self) {
                try CalibrationFit(tables, files: ["p.csv"], options: CalibrationOptions())
            }
            return error?.description ?? ""
        }
        #expect(try refusal("1_L,0,0.5\n1_R,0,0.25\n").hasPrefix("p.csv: 0 of 2 breasts have cancer; expected"))
        #expect(try refusal("1_L,1,0.25\n1_R,0,0.75\n").contains("breasts with cancer have the lower scores"))
    }
}
