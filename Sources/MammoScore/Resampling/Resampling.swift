import MammoData

/// Cases sorted once, so that each resample is a walk over them with patients counted as often as they were drawn.
package struct Resampling: Sendable {
    /// What one resample gives.
    package struct Figures: Sendable {
        package var pf1: Double
        package var best: Double
        package var threshold: Double
        package var leftOut: Double?
        package var fixed: Double
        package var areaUnderROC: Double?
        package var averagePrecision: Double
    }

    /// A case: falling scores, each with its patient among those there are.
    private struct Case {
        package var score: Double
        var label: Bool
        var patient: Int32
    }

    private let cases: [Case]
    private let patients: Int
    private let threshold: Double
    private let beta: Double

    package init(_ cases: Cases, threshold: Double, beta: Double) {
        var places: [Int: Int32] = [:]
        for patient in cases.patients where places[patient] == nil { places[patient] = Int32(places.count) }
        let set = cases.set
        let order = set.scores.indices.sorted { (set.scores[$0], $1) > (set.scores[$1], $0) }
        self.cases = order.map {
            Case(score: set.scores[$0], label: set.labels[$0], patient: places[cases.patients[$0]] ?? 0)
        }
        patients = places.count
        self.threshold = threshold
        self.beta = beta
    }

    /// How often each patient is drawn.
    private func times(_ generator: SplitMix64) -> [Int] {
        var random = generator
        var times = [Int](repeating: 0, count: patients)
        for _ in 0..<patients { times[random.next(below: patients)] += 1 }
        return times
    }

    /// The ranking of one resample, and its confusion matrix at the threshold.
    package func draw(_ generator: SplitMix64) -> (ranking: Ranking, confusion: Confusion) {
        let times = times(generator)
        var confusion = Confusion()
        for one in cases {
            let count = times[Int(one.patient)]
            switch (one.label, one.score > threshold) {
            case (true, true): confusion.truePositives += count
            case (false, true): confusion.falsePositives += count
            case (true, false): confusion.falseNegatives += count
            case (false, false): confusion.trueNegatives += count
            }
        }
        return (ranking { times[$0] }, confusion)
    }

    package func resample(_ generator: SplitMix64) -> Figures {
        let times = times(generator)
        let ranking = ranking { times[$0] }
        let best = ExactSearch(ranking, beta: beta)
        let outside = outsiders(times, above: best.threshold)
        return Figures(
            pf1: pf1(times), best: best.score, threshold: best.threshold, leftOut: outside,
            fixed: score(above: threshold) { times[$0] }, areaUnderROC: ranking.areaUnderROC,
            averagePrecision: ranking.averagePrecision)
    }

    /// The distinct scores of the cases that were drawn.
    private func ranking(_ times: (Int) -> Int) -> Ranking {
        var (scores, predictedPositives, truePositives) = ([Double](), [Int](), [Int]())
        scores.reserveCapacity(cases.count)
        predictedPositives.reserveCapacity(cases.count)
        truePositives.reserveCapacity(cases.count)
        var (all, positive) = (0, 0)
        for one in cases {
            let count = times(Int(one.patient))
            guard count > 0 else { continue }
            all += count
            if one.label { positive += count }
            if scores.last == one.score {
                (predictedPositives[predictedPositives.count - 1], truePositives[truePositives.count - 1]) = (
                    all, positive
                )
            } else {
                scores.append(one.score)
                predictedPositives.append(all)
                truePositives.append(positive)
            }
        }
        return Ranking(scores: scores, predictedPositives: predictedPositives, truePositives: truePositives)
    }

    private func pf1(_ times: [Int]) -> Double {
        var (truePositives, predictedPositives, positives) = (0.0, 0.0, 0)
        for one in cases {
            let count = times[Int(one.patient)]
            predictedPositives += Double(count) * one.score
            if one.label {
                truePositives += Double(count) * one.score
                positives += count
            }
        }
        return ProbabilisticF.plain(
            truePositives: truePositives, predictedPositives: predictedPositives, positives: Double(positives),
            beta: beta)
    }

    /// The F score of those not drawn; nil where none of them is positive.
    private func outsiders(_ times: [Int], above threshold: Double) -> Double? {
        guard cases.contains(where: { $0.label && times[Int($0.patient)] == 0 }) else { return nil }
        return score(above: threshold) { times[$0] == 0 ? 1 : 0 }
    }

    private func score(above threshold: Double, _ times: (Int) -> Int) -> Double {
        var (truePositives, predictedPositives, positives) = (0, 0, 0)
        for one in cases {
            let count = times(Int(one.patient))
            if one.label { positives += count }
            guard one.score > threshold else { continue }
            predictedPositives += count
            if one.label { truePositives += count }
        }
        return ProbabilisticF.plain(
            truePositives: Double(truePositives), predictedPositives: Double(predictedPositives),
            positives: Double(positives), beta: beta)
    }
}
