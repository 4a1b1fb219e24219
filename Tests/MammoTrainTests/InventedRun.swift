import Glibc
import MammoData

import MammoTrain

/// A run that nobody made: the losses of a network that learns, and scores that rise and fall again.
struct InventedRun {
    var steps: [StepRecord] = []
    var epochs: [EpochRecord] = []

    init(epochs count: Int, stepsPerEpoch: Int) {
        var random = SplitMix64(seed: 7)
        func chance() -> Double { Double(random.next() >> 11) * 0x1p-53 }
        let total = count * stepsPerEpoch
        var best = 0.0
        for epoch in 1...count {
            for step in (epoch - 1) * stepsPerEpoch + 1...epoch * stepsPerEpoch {
                let share = Double(step) / Double(total)
                steps.append(
                    StepRecord(
                        step: step, epoch: epoch, lr: 5e-5 * (1 + cos(.pi * share)) / 2,
                        loss: 0.35 + 1.1 * exp(-4 * share) * (0.6 + 0.8 * chance()), seconds: 1.5 + chance()))
            }
            let place = Double(epoch) / Double(count)
            let pf1 = 0.45 * sin(2.2 * place) + 0.02 * chance()
            epochs.append(
                Self.epoch(
                    epoch, steps: epoch * stepsPerEpoch, validationLoss: 0.9 - 0.9 * place + 0.75 * place * place,
                    pf1: pf1, area: 0.6 + 0.3 * sin(2.2 * place), isBest: pf1 > best))
            best = max(best, pf1)
        }
    }

    static func epoch(
        _ epoch: Int, steps: Int = 10, validationLoss: Double = 0.5, pf1: Double = 0.3, area: Double? = 0.8,
        isBest: Bool = false
    ) -> EpochRecord {
        let areaText = area.map { "\($0)" } ?? ""
        let images = ["\(pf1 / 3)", "\(pf1 * 0.85)", "0.35", "\(pf1 * 0.9)", "0.371", areaText, "\(pf1 * 0.8)"]
        let breasts = ["\(pf1 / 3)", "\(pf1 * 0.95)", "0.4", "\(pf1)", "0.412", areaText, "\(pf1 * 0.9)"]
        let fields =
            ["\(epoch)", "\(steps)", "\(1.2 / Double(epoch))", "\(validationLoss)"] + images + breasts
            + ["4.5e-05", "1834.5", "17.25", isBest ? "1" : "0", "0.125"]
        guard let record = EpochRecord(fields: fields) else { preconditionFailure("the fields of an epoch") }
        return record
    }
}
