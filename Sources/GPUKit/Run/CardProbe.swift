import MammoBase
import MammoData

/// What card there is, found out before anything is written.
package struct CardProbe {
    /// What `mammo doctor` says.
    package let doctor: DoctorReport
    /// What nvidia-smi says; nil where there is none, and in a rehearsal.
    package let query: CardQuery?

    /// Asks for the card.
    ///
    /// - Throws: `StepProblem.skipped` with the reason where there is no card to measure on, `.failed` where that cannot be
    ///   found out.
    package init(_ commands: CommandLines, _ signals: Signals) throws(StepProblem) {
        let text = try Self.output(commands.doctor, commands.scratch, signals)
        doctor = try JSONFile.read(Array(text.utf8), path: "mammo doctor")
        if !commands.kit.usesTools {
            query = nil
        } else {
            query = (try? Self.output(commands.card, commands.scratch, signals)).flatMap { CardQuery($0) }
        }
        guard doctor.card.cards.isEmpty, query == nil else { return }
        let problem = doctor.card.driver_problem ?? doctor.card.plugin_problem ?? "the driver names no card"
        throw .skipped("no NVIDIA card to measure on: \(problem); --emulated rehearses without one")
    }

    /// As 90 of sm_90.
    package var architecture: Int? {
        doctor.card.cards.first?.firstMatch(of: /sm_(\d+)/).flatMap { Int($0.1) }
    }

    /// What a report says of the machine.
    package var facts: MachineFacts {
        var facts = MachineFacts()
        (facts.card, facts.driver, facts.memory_megabytes) = (query?.name, query?.driver, query?.megabytes)
        doctor.record(in: &facts)
        return facts
    }

    private static func output(
        _ command: Command, _ scratch: String, _ signals: Signals
    ) throws(StepProblem) -> String {
        let output = "\(scratch)/stdout"
        let child = try ChildProcess.start(command, output: output, error: "/dev/null")
        let watch = Stopwatch()
        while child.poll() == nil {
            if signals.wait(seconds: 0.05) { throw .interrupted }
            guard watch.seconds < 60 else { throw .timedOut(watch.seconds) }
        }
        do throws(DataError) { return String(decoding: try Files.read(output), as: UTF8.self) } catch {
            throw .failed(error.description)
        }
    }
}
