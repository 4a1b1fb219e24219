import MammoBase
import MammoData
import MammoTrain

/// A job whose process runs: what it has written so far says how far it is.
final class RunningJob {
    let job: FoldJob
    let child: ChildProcess
    /// The last line of steps.csv.
    private(set) var lastStep: StepRecord?
    private var epochs: Int
    private var epochBytes = 0
    private let logBegin: Int

    /// Starts the process; what it says is appended to the job's log.
    init(_ job: FoldJob, _ command: Command) throws(ProcessProblem) {
        self.job = job
        logBegin = Files.status(of: job.log)?.bytes ?? 0
        epochs = (try? EpochLog.read(job.epochs))?.last?.epoch ?? 0
        child = try ChildProcess(command, output: job.log, error: job.log, appends: true)
        lastStep = Self.lastStep(job.steps)
    }

    /// Reads the lines that the run has added to its tables.
    ///
    /// - Parameter epochDone: Told of each epoch that was not there before.
    func look(_ epochDone: (EpochRecord) -> Void) {
        lastStep = Self.lastStep(job.steps) ?? lastStep
        guard let bytes = Files.status(of: job.epochs)?.bytes, bytes != epochBytes else { return }
        epochBytes = bytes
        guard let all = try? EpochLog.read(job.epochs), let last = all.last else { return }
        for record in all where record.epoch > epochs { epochDone(record) }
        epochs = max(epochs, last.epoch)
    }

    /// The last whole line of steps.csv; nil where there is none yet.
    static func lastStep(_ path: String) -> StepRecord? {
        guard let bytes = Files.end(of: path, count: 4096) else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        return lines.last.flatMap { line in
            let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            return StepRecord(fields: fields.map { String(decoding: $0, as: UTF8.self) })
        }
    }

    /// Why it did not finish: its last words.
    func reason(of end: ChildProcess.End) -> String {
        let text = (try? Files.read(job.log)).map { String(decoding: $0.dropFirst(logBegin), as: UTF8.self) } ?? ""
        let last = text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }.map { String($0.prefix(400)) }
        switch end {
        case .exited(0): return "ended without weights; \(last ?? "it said nothing")"
        case .exited(let status): return last ?? "ended with status \(status)"
        case .signalled(let signal): return "was ended by signal \(signal)"
        }
    }
}
