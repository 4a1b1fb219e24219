import MammoBase
import MammoCompute
import MammoData
import MammoTrain

import Glibc

/// Trains jobs in processes of `mammo train`, one at a time on each device. A job that fails, or whose process is killed, does
/// not touch the others.
package final class JobQueue {
    /// What there is to say of a job.
    package enum Event {
        /// Its process runs.
        case started(FoldJob, on: DeviceChoice)
        /// Another process has its folder; its turn comes when that ends.
        case waiting(FoldJob)
        /// An epoch is done.
        case epoch(FoldJob, EpochRecord)
        /// It is done, now or before.
        case finished(FoldJob)
        /// It is not, for the reason given; the log says more.
        case failed(FoldJob, String)
    }

    private let devices: [DeviceChoice]
    private let command: Command
    private let threads: Int?
    private var pending: [FoldJob]
    private var running: [Int: RunningJob] = [:]
    private var waiting: Set<String> = []
    private var isStopping = false

    /// Jobs that are done.
    package private(set) var finished: [FoldJob] = []
    /// Jobs that failed in this queue.
    package private(set) var failed: [FoldJob] = []

    /// A queue that has not begun.
    ///
    /// - Parameters:
    ///   - jobs: In the order in which they are begun.
    ///   - devices: What computes: one process for each.
    ///   - command: What trains: `mammo train` with options that all jobs have.
    ///   - threads: Threads of each process, where the configuration does not say.
    package init(_ jobs: [FoldJob], on devices: [DeviceChoice], command: Command, threads: Int?) {
        (pending, self.devices, self.command, self.threads) = (jobs, devices, command, threads)
    }

    /// Whether nothing runs, and nothing is to be begun.
    package var isDone: Bool { running.isEmpty && (pending.isEmpty || isStopping) }

    /// What runs, and its last step.
    package var current: [(job: FoldJob, step: StepRecord?)] {
        running.sorted { $0.key < $1.key }.map { ($0.value.job, $0.value.lastStep) }
    }

    /// Collects processes that have ended, and begins jobs on free devices. To be called a few times a second.
    ///
    /// - Parameter report: Told of each event.
    package func poll(_ report: (Event) -> Void) {
        for (place, one) in running {
            one.look { report(.epoch(one.job, $0)) }
            guard let end = one.child.poll() else { continue }
            one.look { report(.epoch(one.job, $0)) }
            running[place] = nil
            if end == .exited(0), one.job.isFinished {
                finished.append(one.job)
                report(.finished(one.job))
            } else if !isStopping, (try? isFree(one.job, report)) == false {
                // Another process was faster.
                pending.append(one.job)
            } else if !isStopping {
                failed.append(one.job)
                report(.failed(one.job, one.reason(of: end)))
            }
        }
        guard !isStopping else { return }
        for place in devices.indices where running[place] == nil { begin(on: place, report) }
    }

    /// Asks all that runs to write a checkpoint and end; nothing new is begun.
    package func stop() {
        isStopping = true
        for one in running.values { one.child.endGroup(SIGTERM) }
    }

    /// Begins the first job that can be begun on a device.
    private func begin(on place: Int, _ report: (Event) -> Void) {
        var next = 0
        while next < pending.count {
            let job = pending[next]
            if job.isFinished {
                pending.remove(at: next)
                finished.append(job)
                report(.finished(job))
                continue
            }
            do {
                if try isFree(job, report) {
                    pending.remove(at: next)
                    running[place] = try start(job, on: devices[place])
                    return report(.started(job, on: devices[place]))
                }
                next += 1
            } catch {
                pending.removeAll { $0 == job }
                failed.append(job)
                report(.failed(job, "\(error)"))
            }
        }
    }

    /// Whether no other process trains in a job's folder, as that of a cross-validation that was killed may for a step.
    private func isFree(_ job: FoldJob, _ report: (Event) -> Void) throws(DataError) -> Bool {
        guard Files.isFolder(job.path) else { return true }
        if let lock = try? FolderLock(job.path, busy: "") {
            lock.release()
            return true
        }
        if waiting.insert(job.name).inserted { report(.waiting(job)) }
        return false
    }

    private func start(_ job: FoldJob, on device: DeviceChoice) throws -> RunningJob {
        try job.prepare(on: device, threads: threads)
        var command = command
        command.arguments += ["--resume", job.path, "--parent", "\(getpid())"]
        return try RunningJob(job, command)
    }
}
