import Glibc
import MammoBase
import MammoData

/// Runs a step's programs within the step's time, and puts down what they were and said.
package final class Workbench {
    package let kit: Kit
    package let sizes: Sizes
    /// For what is not to be kept.
    package let scratch: String
    package let commands: CommandLines
    private let folder: ReportFolder
    private let signals: Signals
    private var watch = Stopwatch()
    private var allowed = 0.0
    private var lines: [String] = []
    private var isInterrupted = false

    package init(kit: Kit, sizes: Sizes, scratch: String, folder: ReportFolder, signals: Signals) {
        (self.kit, self.sizes, self.scratch) = (kit, sizes, scratch)
        (self.folder, self.signals) = (folder, signals)
        commands = CommandLines(kit: kit, sizes: sizes, scratch: scratch)
    }

    /// Begins a step, which has so many seconds.
    package func begin(_ name: String, seconds: Double) {
        (watch, allowed, lines) = (Stopwatch(), seconds, [])
        folder.log("\n== \(name)\n")
    }

    /// Seconds that the step has left.
    package var left: Double { allowed - watch.seconds }
    /// How long the step has taken.
    package var spent: Double { watch.seconds }
    /// The command lines of the step so far.
    package var commandLines: [String] { lines }

    /// Keeps what is known so far.
    package func save(_ report: Report) throws(StepProblem) { try folder.write(report) }

    /// A file for the report's reader.
    package func keep(_ text: String, as name: String) throws(StepProblem) { try folder.write(text, to: name) }

    /// Runs a program to its end, or until the step's time is over.
    ///
    /// - Parameters:
    ///   - command: What is to run.
    ///   - seconds: How long it may take; by default as long as the step.
    ///   - killWhen: Is asked twenty times a second whether it is to be killed, as if by a crash.
    /// - Returns: What it said, and how it ended.
    /// - Throws: `StepProblem.interrupted`, and where it cannot be started.
    package func run(
        _ command: Command, within seconds: Double? = nil, killWhen: (() -> Bool)? = nil
    ) throws(StepProblem) -> Finished {
        let seconds = min(seconds ?? left, left)
        guard !isInterrupted else { throw .interrupted }
        guard seconds > 0 else { throw .timedOut(spent) }
        lines.append(command.line)
        folder.log("$ \(command.line)\n")
        let (output, error) = ("\(scratch)/stdout", "\(scratch)/stderr")
        let watch = Stopwatch()
        let child = try ChildProcess.start(command, output: output, error: error)
        var end: Finished.End?
        while end == nil {
            if signals.wait(seconds: min(0.05, max(0.001, seconds - watch.seconds))) {
                child.end(grace: 1, signals)
                throw .interrupted
            }
            if let ended = child.poll() {
                end = .itself(ended)
            } else if killWhen?() == true {
                child.endGroup(SIGKILL)
                child.end(grace: 1, signals)
                end = .itself(child.poll() ?? .signalled(SIGKILL))
            } else if watch.seconds > seconds {
                child.end(grace: 1, signals)
                end = .timedOut(watch.seconds)
            }
        }
        // What it has left running.
        child.endGroup(SIGKILL)
        let finished = Finished(
            end: end ?? .timedOut(seconds), output: Self.text(output), error: Self.text(error), seconds: watch.seconds,
            program: command.program)
        folder.log(finished)
        return finished
    }

    /// Runs a program that has to succeed.
    ///
    /// - Throws: `StepProblem`, as `run` does, `.timedOut` and `.failed`.
    @discardableResult
    package func require(_ command: Command) throws(StepProblem) -> Finished {
        let finished = try run(command)
        try finished.check()
        return finished
    }

    /// Waits; a signal that comes meanwhile ends the next program.
    func pause(seconds: Double) { if signals.wait(seconds: seconds) { isInterrupted = true } }

    private static func text(_ path: String) -> String {
        (try? Files.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}

extension ChildProcess {
    /// Asks it and all that it has started to end, and ends them where they do not.
    fileprivate func end(grace: Double, _ signals: Signals) {
        endGroup(SIGTERM)
        let watch = Stopwatch()
        while poll() == nil {
            if watch.seconds > grace { endGroup(SIGKILL) }
            _ = signals.wait(seconds: 0.02)
        }
        endGroup(SIGKILL)
    }
}
