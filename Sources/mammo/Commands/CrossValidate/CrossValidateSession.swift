import ArgumentParser
import CProcess
import MammoBase
import MammoCompute
import MammoData
import MammoPipeline
import MammoTrain

import Glibc

/// Trains what is to be trained and, when all folds are there, pools their predictions.
struct CrossValidateSession {
    private let plan: CrossValidationPlan
    private let devices: [DeviceChoice]
    private let command: Command
    private let threads: Int?
    private let style: Progress.Style

    /// How it ended, where there are no results.
    private(set) var status = ExitStatus.allDone

    init(
        _ plan: CrossValidationPlan, _ devices: [DeviceChoice], _ cuda: CUDAOptions, threads: Int?, quiet: Bool
    ) {
        (self.plan, self.devices) = (plan, devices)
        // Several processes on one machine's cores share them.
        let cores = Int(cprocess_available_cores())
        self.threads = threads ?? (devices.count > 1 ? max(1, cores / devices.count) : nil)
        style = .suited(quiet: quiet)
        let plugin = cuda.cudaPlugin.map { ["--cuda-plugin", $0] } ?? []
        let libraries = cuda.cudaLibraries.map { ["--cuda-libraries", $0] } ?? []
        command = Command(Self.executable, ["train"] + plugin + libraries)
    }

    /// This program: as a script that starts it says, which may go through another loader.
    private static var executable: String {
        getenv("MAMMO_EXECUTABLE").map { String(cString: $0) } ?? "/proc/self/exe"
    }

    /// The jobs of one fold, or all.
    func jobs(ofFold fold: Int?) throws -> [FoldJob] {
        guard let fold else { return plan.jobs }
        guard plan.folds.contains(fold) else {
            throw DataError.table(
                path: plan.foldsFile,
                reason:
                    "no patient is in fold \(fold); there are \(plan.folds.map(String.init).joined(separator: ", "))")
        }
        return plan.jobs.filter { $0.fold == fold }
    }

    /// Trains, then writes the results where all jobs are finished.
    ///
    /// - Returns: The results; nil where there are none, and `status` says why.
    mutating func run(_ jobs: [FoldJob]) throws -> CrossValidationResults? {
        try plan.writeRecord()
        let queue = JobQueue(jobs, on: devices, command: command, threads: threads)
        guard try train(queue, jobs) else {
            status = ExitStatus.interrupted
            return nil
        }
        guard queue.failed.isEmpty else {
            let names = queue.failed.map(\.name).joined(separator: ", ")
            Console.error(
                "mammo cross-validate: \(queue.failed.count) of \(jobs.count) trainings failed (\(names)); no results were "
                    + "written; the same command trains them again")
            status = queue.finished.isEmpty ? ExitStatus.nothingDone : ExitStatus.someFailed
            return nil
        }
        let left = plan.jobs.filter { !$0.isFinished }
        guard left.isEmpty else {
            Console.error(
                "mammo cross-validate: \(left.count) of \(plan.jobs.count) trainings are not finished "
                    + "(\(left.map(\.name).joined(separator: ", "))); the results are written when they are")
            return nil
        }
        let predictions = try OutOfFold(plan.jobs)
        try predictions.write(to: plan.files.outOfFold)
        let results = try CrossValidationResults(plan, predictions)
        try results.write()
        return results
    }

    /// Runs the queue to its end; false where it was interrupted.
    private func train(_ queue: JobQueue, _ jobs: [FoldJob]) throws -> Bool {
        let before = jobs.reduce(0) { $0 + $1.stepsDone }
        let progress = Progress(
            total: jobs.reduce(0) { $0 + $1.stepCount }, before: before, unit: "step", style: style)
        let interrupt = Interrupt.listen {
            progress.say(
                "mammo cross-validate: finishing the current steps, then writing checkpoints (interrupt again to stop at once)"
            )
        }
        var (isStopping, shown) = (false, before)
        progress.during {
            while !queue.isDone {
                if interrupt.isRequested && !isStopping {
                    isStopping = true
                    queue.stop()
                }
                queue.poll { say($0, progress) }
                let current = queue.current
                let done =
                    queue.finished.reduce(0) { $0 + $1.stepCount } + current.reduce(0) { $0 + ($1.step?.step ?? 0) }
                let note = current.compactMap { job, step in
                    step.map { "\(job.name) epoch \($0.epoch)/\(job.configuration.epochs) loss \($0.loss.decimals(4))" }
                }
                progress.advance(by: max(0, done - shown), note: note.joined(separator: "; "))
                shown = max(shown, done)
                usleep(100_000)
            }
        }
        if isStopping {
            Console.error("mammo cross-validate: interrupted; the same command resumes all folds")
        }
        return !isStopping
    }

    private func say(_ event: JobQueue.Event, _ progress: Progress) {
        let line: String
        switch event {
        case .started(let job, let device):
            line = "\(job.name): training on \(device), messages in \(job.log)"
        case .waiting(let job):
            return progress.say(
                "mammo cross-validate: \(job.name): another process trains in \(job.path); waiting until it ends")
        case .epoch(let job, let record):
            line = "\(job.name): \(TrainRun.line(record, of: job.configuration.epochs))"
        case .finished(let job):
            line = "\(job.name): finished"
        case .failed(let job, let reason):
            // A failure is said in any case.
            return progress.say("mammo cross-validate: \(job.name) failed: \(reason)")
        }
        if style != .none { progress.say("mammo cross-validate: \(line)") }
    }
}
