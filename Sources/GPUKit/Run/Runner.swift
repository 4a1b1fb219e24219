import MammoData

/// Goes through all steps, and keeps the report whole between any two of them.
package struct Runner {
    /// Seconds at the end for the report.
    private static let reserve = 3.0
    /// Less is not worth beginning a step with.
    private static let least = 0.5

    private let bench: Workbench
    private let folder: ReportFolder
    private let signals: Signals
    private let steps: [Step]

    package init(_ bench: Workbench, _ folder: ReportFolder, _ signals: Signals, steps: [Step] = Step.all) {
        (self.bench, self.folder, self.signals, self.steps) = (bench, folder, signals, steps)
    }

    /// Runs the steps.
    ///
    /// - Parameters:
    ///   - report: What is known of kit and machine.
    ///   - watch: Since when the time counts.
    ///   - told: Is given a line for each step when it is over.
    /// - Returns: All that was found out.
    /// - Throws: `StepProblem.failed` where the report cannot be written.
    package func run(
        _ report: Report, since watch: Stopwatch, told: (StepResult) -> Void
    ) throws(StepProblem) -> Report {
        var report = report
        let schedule = Schedule(steps.map { report.kit.emulated ? $0.seconds.rehearsal : $0.seconds.card })
        try folder.write(report)
        for (number, step) in steps.enumerated() where report.outcome == .running {
            let left = report.kit.seconds - watch.seconds - Self.reserve
            let record = run(step, seconds: schedule.seconds(of: number, left: left), &report)
            report.steps.append(record)
            if record.status == .interrupted || signals.wait(seconds: 0) { report.outcome = .interrupted }
            try folder.write(report)
            told(record)
        }
        if report.outcome == .running { report.outcome = .finished }
        try folder.write(report)
        return report
    }

    private func run(_ step: Step, seconds: Double, _ report: inout Report) -> StepResult {
        guard seconds >= Self.least else {
            return StepResult(
                part: step.part, name: step.name, status: .timedOut, note: "no time was left", allowed: seconds)
        }
        bench.begin(step.name, seconds: seconds)
        var record = StepResult(part: step.part, name: step.name, status: .passed, note: "", allowed: seconds)
        do throws(StepProblem) {
            switch try step.work(bench, &report) {
            case .passed(let note): record.note = note
            case .failed(let note): (record.status, record.note) = (.failed, note)
            }
        } catch {
            (record.status, record.note) = (error.status, error.note)
        }
        (record.seconds, record.commands) = (bench.spent, bench.commandLines)
        return record
    }
}
