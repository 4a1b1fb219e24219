import ArgumentParser
import MammoBase
import MammoData
import MammoTrack
import MammoTrain

/// Trains and says how it goes.
struct TrainRun {
    private let run: TrainingRun
    private let style: Progress.Style
    private let json: Bool

    init(_ run: TrainingRun, style: Progress.Style, json: Bool) {
        (self.run, self.style, self.json) = (run, style, json)
    }

    func start() throws -> ExitCode {
        let configuration = run.plan.configuration
        let folder = run.folder.path
        let done = run.progress.steps
        for note in run.notes {
            Console.error("mammo train: \(configuration.weights): \(note)")
        }
        if let warning = run.warning { Console.error("mammo train: warning: \(warning)") }
        if let extended = run.progress.extensions?.last, extended.step == done {
            Console.error("mammo train: \(extended.description)")
        }
        if done > 0 {
            Console.error(
                "mammo train: resuming after step \(done) of \(run.plan.steps), in epoch \(run.progress.epoch + 1)")
        }
        let progress = Progress(total: run.plan.steps, before: done, unit: "step", style: style)
        let interrupt = Interrupt.listen {
            progress.say("mammo train: finishing the current step, then writing a checkpoint")
        }
        let tracking = TrainTracking(run) { progress.say($0) }
        let outcome = try tracked(by: tracking) {
            try progress.during {
                try run.train(
                    stepDone: { record in
                        progress.advance(
                            note: "epoch \(record.epoch)/\(configuration.epochs), loss \(record.loss.decimals(4)), "
                                + "data \(run.imageWait.share.percent)")
                        sayWhetherSkipped(record, progress)
                    },
                    validated: { done, all in
                        progress.note(
                            "epoch \(run.progress.epoch + 1)/\(configuration.epochs), validating \(done)/\(all)")
                    },
                    epochDone: { record in
                        guard style != .none else { return }
                        progress.say("mammo train: \(Self.line(record, of: configuration.epochs))")
                        advise(progress)
                    }, goesOn: { !interrupt.isRequested })
            }
        }
        if let problem = run.monitoringProblem { Console.error("mammo train: warning: \(problem)") }
        report(outcome, seconds: progress.elapsed)
        if outcome == .interrupted {
            Console.error(
                "mammo train: interrupted after step \(run.progress.steps) of \(run.plan.steps); "
                    + "mammo train --resume \(folder) resumes it")
            return ExitStatus.interrupted
        }
        return ExitStatus.allDone
    }

    /// Says after the first epoch that has waited long for images what can be done.
    private func advise(_ progress: Progress) {
        guard let last = run.epochRecords.last, last.waitsForImages, let share = last.waitShare,
            !run.epochRecords.dropLast().contains(where: { $0.waitsForImages })
        else { return }
        let cache = run.plan.configuration.cache == .ram ? "" : ", or --cache ram where images fit into memory"
        progress.say(
            "mammo train: \(share.percent) of the epoch was spent waiting for images, loaded by "
                + "\(run.workers.of("thread")): give more --workers where there are cores for them\(cache)")
    }

    /// Tells of a step whose gradients overflowed.
    private func sayWhetherSkipped(_ record: StepRecord, _ progress: Progress) {
        // The scale is halved where a step was skipped, and at no other time.
        guard style != .none, let before = record.lossScale, let now = run.progress.scaler?.scale, now < before
        else { return }
        progress.say(
            "mammo train: step \(record.step) was skipped: its gradients overflow 16 bits with a loss scale "
                + "of \(before); the next step has \(now)")
    }

    /// Trains, and tells the tracking server how that ended, an error too.
    private func tracked(
        by tracking: TrainTracking?, _ train: () throws -> TrainingRun.Outcome
    ) throws -> TrainingRun.Outcome {
        do {
            let outcome = try train()
            tracking?.finish(outcome == .interrupted ? .killed : .finished)
            return outcome
        } catch {
            tracking?.finish(.failed)
            throw error
        }
    }

    /// An epoch for people.
    static func line(_ record: EpochRecord, of epochs: Int) -> String {
        let area = record.breasts.areaUnderROC.map { $0.decimals(4) } ?? "–"
        return "epoch \(record.epoch)/\(epochs): loss \(record.trainLoss.decimals(4)), validation "
            + "\(record.validationLoss.decimals(4)); breasts: best F1 \(record.breasts.bestF1.decimals(4)) at "
            + "\(record.breasts.threshold.decimals(3)), AUC \(area); \(record.imagesPerSecond.decimals(2)) images/s"
            + (record.waitShare.map { ", data \($0.percent)" } ?? "")
            + (record.isBest ? ", the best so far" : "")
    }

    private struct Summary: Encodable {
        var best_epoch: Int?
        var best_f1_breast: Double?
        var cost: Double?
        var energy_kwh: Double?
        var epochs: Int
        var outcome: String
        var roc_auc_breast: Double?
        var run: String
        var seconds: Double
        var steps: Int
        var threshold: Double?
        var weights: String?
    }

    private func report(_ outcome: TrainingRun.Outcome, seconds: Double) {
        let best = run.epochRecords.last(where: \.isBest)
        let (usage, price) = (run.usage, run.plan.configuration.price)
        let (energy, cost) = (usage.kilowattHours, price.map { usage.cost(price: $0) })
        let (text, why) =
            switch outcome {
            case .finished: ("finished", "")
            case .stopped(let reason): ("stopped", " (\(reason))")
            case .interrupted: ("interrupted", "")
            }
        if json {
            Console.out(
                JSONText.line(
                    Summary(
                        best_epoch: best?.epoch, best_f1_breast: best?.breasts.bestF1, cost: cost, energy_kwh: energy,
                        epochs: run.progress.epoch, outcome: text, roc_auc_breast: best?.breasts.areaUnderROC,
                        run: run.folder.path, seconds: seconds, steps: run.progress.steps,
                        threshold: best?.breasts.threshold, weights: best.map { _ in run.folder.best })))
            return
        }
        let done = "\(run.progress.epoch.of("epoch")), \(run.progress.steps.of("step"))"
        var line = "\(done), \(Progress.duration(seconds))\(why)"
        if let energy { line += ", \(energy.decimals(3)) kWh of the cards" }
        if let cost { line += ", cost \(cost.decimals(2))" }
        if let best {
            line +=
                "; best epoch \(best.epoch): best F1 \(best.breasts.bestF1.decimals(4)) of breasts above "
                + "\(best.breasts.threshold.decimals(4)), in \(run.folder.best)"
        }
        Console.out(line)
    }
}
