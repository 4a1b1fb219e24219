import Foundation
import MammoTrack
import TestSupport
import Testing

/// A run's folder that nobody trained: steps of 50 ms, an epoch each 100 of them, a line of system.csv each 20.
struct SentRun {
    let folder: TemporaryFolder
    private static let begin = 1_700_000_000.0
    static let description = RunUpload.Description(
        name: "runs/a", parameters: (0..<130).map { TrackedText("key\($0)", "value \($0)") },
        tags: [TrackedText("mammo.version", "1")])

    init() throws {
        folder = try TemporaryFolder()
        for (name, header) in [
            ("steps.csv", "step,epoch,lr,loss,seconds,loss_scale"),
            ("epochs.csv", "epoch,steps,train_loss,validation_loss,best_f1_breast,roc_auc_breast,lr,seconds,best"),
            ("system.csv", SystemSample.columns(cards: 0).joined(separator: ",")),
        ] { try folder.write(header + "\n", to: name) }
        for name in RunUpload.files { try folder.write("the content of \(name)\n", to: name) }
    }

    var path: String { folder.path }

    static func loss(_ step: Int) -> Double { step == 7 ? .nan : step == 8 ? .infinity : 1 / Double(step + 2) }
    static func rate(_ step: Int) -> Double { 1e-4 / Double(step) }

    /// Adds lines to the tables, as a trainer does: those of system.csv come last.
    ///
    /// - Parameters:
    ///   - steps: Their numbers.
    ///   - later: Seconds that a resumed run comes later; its steps take longer, too.
    ///   - withSystem: Whether system.csv grows.
    /// - Throws: Where the files cannot be written.
    func train(_ steps: ClosedRange<Int>, later: Double = 0, withSystem: Bool = true) throws {
        var (lines, epochs, system) = ("", "", "")
        for step in steps {
            let epoch = (step - 1) / 100 + 1
            let seconds = later > 0 ? 0.06 : 0.05
            lines += "\(step),\(epoch),\(Self.rate(step)),\(Self.loss(step)),\(seconds),\n"
            if step % 100 == 0 { epochs += "\(epoch),\(step),0.5,0.25,0.75,,\(Self.rate(step)),5,1\n" }
            if step % 20 == 0 || step == steps.upperBound {
                let time = Self.begin + later + 0.05 * Double(step)
                system += "\(time),\(step),1.0,50,2000,1000,,12,0.125\n"
            }
        }
        try append(lines, to: "steps.csv")
        try append(epochs, to: "epochs.csv")
        if withSystem { try append(system, to: "system.csv") }
    }

    /// Cuts the tables of steps and epochs off behind a step, as a run does that is resumed there.
    func resume(after last: Int) throws {
        for (name, column) in [("steps.csv", 0), ("epochs.csv", 1)] {
            let kept = try lines(of: name).filter { (Int($0.split(separator: ",")[column]) ?? 0) <= last }
            try folder.write(kept.map { $0 + "\n" }.joined(), to: name)
        }
    }

    private func append(_ text: String, to name: String) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: "\(path)/\(name)"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    /// A table's lines, with the header.
    func lines(of name: String) throws -> [String] {
        try String(contentsOf: URL(filePath: "\(path)/\(name)"), encoding: .utf8).split(separator: "\n").map(
            String.init)
    }

    /// What is sent to a server, as a process that has just begun would send it.
    func upload(to server: FakeMLflow, timeout: Double = 10, experiment: String = "rsna") throws -> RunUpload {
        let uri = try #require(TrackingURI(server.uri))
        return try RunUpload(
            path, to: MLflowServer(uri, TrackingCredentials { _ in nil }, timeout: timeout), experiment: experiment,
            Self.description)
    }

    /// Whether a server has each point of the tables once, and no other.
    func check(_ run: FakeMLflow.Run?, steps: Int) throws {
        let run = try #require(run)
        let (losses, rates) = (run.history("train/loss"), run.history("train/lr"))
        #expect(losses.count == steps && rates.count == steps)
        let wrong = (1...steps).filter { step in
            let expected = Self.loss(step)
            let text = expected.isNaN ? "NaN" : expected.isInfinite ? "Infinity" : nil
            let isRight = text.map { losses[step] == $0 } ?? (losses[step].flatMap { Double($0) } == expected)
            return !isRight || rates[step].flatMap { Double($0) } != Self.rate(step)
        }
        #expect(wrong.isEmpty)
        let epochs = steps / 100
        #expect(run.history("validation/best_f1_breast").count == epochs)
        #expect(run.points.count { $0.key.hasPrefix("validation/roc_auc") } == 0)
        let system = try lines(of: "system.csv").count - 1
        #expect(run.points.count { $0.key == "system/cpu_utilization_percentage" } == system)
        // Of an epoch: its number, two losses, the score, its time; of a line of system.csv all but the disk.
        #expect(run.points.count == 2 * steps + 5 * epochs + 5 * system)
    }
}
