import ArgumentParser
import CProcess
import MammoData
import MammoPipeline
import MammoScore

import Glibc

/// Runs the stages one after the other, in this process.
struct RunSession {
    private let file: RunFile
    private let commands: StageCommands
    private let quiet: Bool
    private let interrupt: Interrupt
    private var incomplete: [Stage] = []

    private var files: RunFiles { file.settings.files }

    init(_ file: RunFile, _ commands: StageCommands, quiet: Bool) {
        (self.file, self.commands, self.quiet) = (file, commands, quiet)
        interrupt = .listen(announce: Self.announce)
    }

    /// Between two stages, or before a stage listens by itself.
    private static let announce: @Sendable () -> Void = {
        Console.error("mammo run: interrupted; finishing the current work (interrupt again to stop at once)")
    }

    /// Runs what is to be done, and prints the results.
    mutating func run(json: Bool) throws -> ExitCode {
        try Files.makeFolder(files.stages)
        let lock = try FolderLock(files.stages, busy: "another mammo run is using it; wait until it ends, or stop it")
        defer { lock.release() }
        for stage in Stage.all(of: file.settings) {
            guard !interrupt.isRequested else { throw interrupted(before: stage) }
            try perform(stage)
        }
        let results = RunResults(file.settings, try scored(), incomplete: incomplete)
        if json {
            Console.out(JSONText.line(results))
        } else {
            TextTable.facts(results.rows).forEach { Console.out($0) }
        }
        return incomplete.isEmpty ? ExitStatus.allDone : ExitStatus.someFailed
    }

    private func interrupted(before stage: Stage) -> ExitCode {
        Console.error("mammo run: interrupted before \(stage.rawValue); the same command resumes the run")
        return ExitStatus.interrupted
    }

    private func say(_ line: String) { if !quiet { Console.error("mammo run: \(line)") } }

    private mutating func perform(_ stage: Stage) throws {
        if stage == .infer { try TableRows.writeHeldOut(file.settings) }
        let plan = try StagePlan(stage, file)
        // preprocess finds by itself what is done, down to the bytes of each PNG.
        if plan.state == .done && stage != .preprocess { return say("\(stage.rawValue): done before") }
        say("\(stage.rawValue)\(plan.state == .resumes ? ": resuming" : "")")
        let record = stage == .score ? nil : plan.record
        try record?.write(to: files.record(of: stage), isDone: false)
        // The report has the tables of the scores.
        let status = try Console.$results.withValue(quiet || stage == .score ? nil : STDERR_FILENO) {
            try Interrupt.$enclosing.withValue(interrupt) {
                defer { _ = Interrupt.listen(announce: Self.announce) }
                return try work(stage, resumes: plan.state == .resumes)
            }
        }
        switch status {
        case ExitStatus.allDone:
            try record?.write(to: files.record(of: stage), isDone: true)
        case ExitStatus.someFailed:
            Console.error("mammo run: \(stage.rawValue): skipped the inputs named above; continuing with the rest")
            incomplete.append(stage)
        case ExitStatus.interrupted:
            Console.error("mammo run: interrupted in \(stage.rawValue); the same command resumes the run")
            throw status
        default:
            Console.error(
                "mammo run: \(stage.rawValue) ended with status \(status.rawValue); the same command resumes from there"
            )
            throw status
        }
    }

    private func work(_ stage: Stage, resumes: Bool) throws -> ExitCode {
        switch stage {
        case .split:
            if file.settings.presentationOnly { try leaveOutForProcessing() }
            return try status { try commands.split().run() }
        case .preprocess: return try status { try commands.preprocess().run() }
        case .train: return try train()
        case .infer: return try status { try commands.infer(resumes: resumes).run() }
        case .score: return try score()
        case .submission: return try submission(resumes: resumes)
        }
    }

    private func leaveOutForProcessing() throws(DataError) {
        let workers = file.settings.jobs ?? Int(cprocess_available_cores())
        let count = try TableRows.writePresentation(file.settings, workers: workers)
        for line in count.lines(areExcluded: true) {
            Console.error("mammo run: \(line.replacing("--presentation-only", with: "presentation_only"))")
        }
    }

    /// The status that a command ends with.
    private func status(_ command: () throws -> Void) throws -> ExitCode {
        do { try command() } catch let code as ExitCode { return code }
        return ExitStatus.allDone
    }

    private func train() throws -> ExitCode {
        let status = try status { try commands.trainSession().run { try commands.train() } }
        if status == ExitStatus.allDone && Files.status(of: files.weights) == nil {
            throw DataError.table(
                path: files.run,
                reason: "has no best.safetensors: no epoch was kept; change the settings, and remove the folder")
        }
        return status
    }

    private func scored() throws(DataError) -> ScoreFile {
        guard let score = ScoreFile(path: files.score) else {
            throw .unreadable(
                path: files.score, reason: "contains no scores; remove it, and run the same command again")
        }
        return score
    }

    private func score() throws -> ExitCode {
        try status {
            try Console.run("score") {
                let (evaluation, problems) = try commands.score().score([files.images])
                try Files.write(Array((evaluation.json(problems: problems) + "\n").utf8), to: files.score)
                throw problems.isEmpty ? ExitStatus.allDone : ExitStatus.someFailed
            }
        }
    }

    private func submission(resumes: Bool) throws -> ExitCode {
        let threshold = try scored().threshold
        let predicted = try status { try commands.submission(threshold: threshold, resumes: resumes).run() }
        guard [ExitStatus.allDone, ExitStatus.someFailed].contains(predicted) else { return predicted }
        let checked = try status { try commands.lint().run() }
        return checked == ExitStatus.allDone ? predicted : checked
    }
}
