import Foundation
import MammoData
import MammoTrain
import TestSupport
import Testing

/// A whole run's folder, killed on the way and taken up again. `MAMMO_KEEP_RUN=FOLDER` leaves it there, for
/// Scripts/peers/check_events.py and for eyes.
@Suite("Interrupted run", .timeLimit(.minutes(10)))
struct InterruptedRunTests {
    private static let run = InventedRun(epochs: 12, stepsPerEpoch: 167)

    /// What a trainer does, without the training.
    private func write(to path: String, _ opening: RunFolder.Opening, after checkpoint: Int, until end: Int) throws {
        let folder = try RunFolder(path, opening)
        var configuration = TrainingConfigurationTests.named
        (configuration.epochs, configuration.ema, configuration.stopIfBelow) = (12, 0.999, 0.05)
        (configuration.freeze, configuration.augment) = (60, "hflip,rotate=10")
        configuration.unfreeze = try #require(UnfreezePlan("3:40,6:0@2e-5"))
        try folder.write(configuration)
        let steps = try StepLog(path: folder.steps, keepingTo: checkpoint)
        let epochs = try EpochLog(path: folder.epochs, keepingTo: checkpoint / 167)
        let events = try EventFile(in: path, after: checkpoint, hyperparameters: configuration.hyperparameters)
        for step in Self.run.steps[checkpoint..<end] {
            try steps.append(step)
            try events.add(step, memory: 2_400_000_000 + step.step * 1000)
            if step.step % 167 == 0 {
                let epoch = Self.run.epochs[step.epoch - 1]
                try epochs.append(epoch)
                try events.add(epoch)
            }
        }
        try steps.flush()
        try epochs.flush()
        try events.flush()
        guard end == Self.run.steps.count else { return }
        try events.end(step: end, succeeded: true)
        let report = RunReport(
            name: "invented", configuration: configuration, steps: try StepLog.read(folder.steps),
            epochs: try EpochLog.read(folder.epochs))
        try Files.write(Array(report.html.utf8), to: folder.report)
    }

    @Test("Its tables are those of an undisturbed one; it has a file of events for each time it was begun")
    func killed() throws {
        let scratch = try TemporaryFolder()
        let (whole, killed) = ("\(scratch.path)/whole", "\(scratch.path)/killed")
        try write(to: whole, .new, after: 0, until: 2004)
        try write(to: killed, .new, after: 0, until: 1100)
        try write(to: killed, .resumed, after: 900, until: 1500)
        try write(to: killed, .resumed, after: 1336, until: 2004)
        for name in ["config.yaml", "steps.csv", "epochs.csv", "report.html"] {
            #expect(try Files.read("\(whole)/\(name)") == Files.read("\(killed)/\(name)"), "\(name)")
        }
        #expect(try RunFolder(whole, .resumed).eventFiles.count == 1)
        #expect(try RunFolder(killed, .resumed).eventFiles.count == 3)
        if let kept = ProcessInfo.processInfo.environment["MAMMO_KEEP_RUN"] {
            try? FileManager.default.removeItem(atPath: kept)
            try FileManager.default.copyItem(atPath: scratch.path, toPath: kept)
        }
    }
}
