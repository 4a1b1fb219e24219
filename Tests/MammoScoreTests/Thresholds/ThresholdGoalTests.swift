import MammoScore
import Testing

@Suite("What a threshold is chosen for")
struct ThresholdGoalTests {
    private let set = ScoredSet(
        labels: [true, false, true, false, false, false, true, false, false, false],
        scores: [0.9, 0.8, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0])

    private func threshold(_ goal: ThresholdGoal) -> Double { goal.threshold(of: Ranking(set)) }

    @Test("A recall rate: at most so many are positive, ties together or not at all")
    func recallRate() {
        for (rate, expected) in [(0, 0.95), (0.1, 0.85), (0.2, 0.85), (0.29, 0.85), (0.3, 0.7), (0.9, 0.05), (1, 0.05)]
        {
            let found = threshold(.recallRate(rate))
            #expect(abs(found - expected) < 1e-12, "\(rate): \(found)")
            #expect(Confusion(set, above: found).recallRate <= rate)
        }
    }

    @Test("A sensitivity: at least so many cancers are positive, with as few others as possible")
    func sensitivity() {
        for (share, expected) in [(0, 0.85), (0.3, 0.85), (0.34, 0.7), (2.0 / 3, 0.7), (0.67, 0.25), (1, 0.25)] {
            let found = threshold(.sensitivity(share))
            #expect(abs(found - expected) < 1e-12, "\(share): \(found)")
            #expect(Confusion(set, above: found).recall >= share)
        }
        // A cancer with a score of 0 is above no threshold.
        let zero = ScoredSet(labels: [true, true, false], scores: [0, 0.5, 0.25])
        #expect(ThresholdGoal.sensitivity(1).threshold(of: Ranking(zero)) == 0.125)
    }

    @Test("The best F1 is the exact search's; of random cases no other threshold meets a goal more closely")
    func random() {
        for number in 2000..<2050 {
            let set = RandomCase(number).set
            let ranking = Ranking(set)
            #expect(ThresholdGoal.bestF1.threshold(of: ranking) == ExactSearch(ranking).threshold)
            guard set.positives > 0 else { continue }
            let all = [0, 0.3, 0.999999] + set.scores.map { $0 * 0.999999 } + set.scores
            let confusions = all.map { Confusion(set, above: min(max($0, 0), 1)) }
            for goal in [0.05, 0.2, 0.5, 0.9] {
                let rate = Confusion(set, above: ThresholdGoal.recallRate(goal).threshold(of: ranking)).recallRate
                #expect(rate == confusions.map(\.recallRate).filter { $0 <= goal }.max() ?? 0)
                let found = Confusion(set, above: ThresholdGoal.sensitivity(goal).threshold(of: ranking))
                let least = confusions.filter { $0.recall >= goal }.map(\.recallRate).min()
                if let least { #expect(found.recall >= goal && found.recallRate <= least) }
            }
        }
    }
}
