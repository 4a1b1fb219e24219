import CProcess
import Dispatch
import Glibc
import MammoBase
import Synchronization

/// Sends a run while it is trained, in a thread of its own: whatever the server does, the run neither waits nor ends.
package final class LiveTracking: Sendable {
    /// How often is sent, and for how long is tried.
    package struct Pace: Sendable {
        /// Seconds between two looks at the tables.
        package var interval = 2.0
        /// The longest pause after failures, each of which doubles it.
        package var longestPause = 30.0
        /// Seconds without a confirmation after which is given up when the run has ended.
        package var patience = 30.0
        /// The same where the run was interrupted, or the server has confirmed nothing at all.
        package var briefPatience = 5.0
        /// Seconds that the end takes at most.
        package var most = 120.0

        package init() {}
    }

    /// What came of it.
    package struct Result: Equatable, Sendable {
        /// Points that were not sent.
        package var unsent: Int
        /// Why; nil where all was sent.
        package var problem: String?

        package init(unsent: Int, problem: String?) { (self.unsent, self.problem) = (unsent, problem) }
    }

    private struct State {
        var ended: TrackedStatus?
        var deadline: ContinuousClock.Instant?
        var result = Result(unsent: 0, problem: nil)
    }

    private let pace: Pace
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)
    private let thread = DispatchGroup()
    private let say: @Sendable (String) -> Void

    /// Begins to send.
    ///
    /// - Parameters:
    ///   - upload: What is sent where; used by this alone from now on.
    ///   - pace: How often.
    ///   - say: Is given a line when the server first fails, and what a person should know besides.
    package init(_ upload: RunUpload, pace: Pace = Pace(), say: @escaping @Sendable (String) -> Void) {
        (self.pace, self.say) = (pace, say)
        nonisolated(unsafe) let upload = upload
        upload.goesOn = { [unowned self] in
            state.withLock { state in state.deadline.map { ContinuousClock.now < $0 } ?? true }
        }
        DispatchQueue(label: "mammo.mlflow").async(group: thread) { [self] in
            cprocess_name_thread("mammo-mlflow")
            run(upload)
        }
    }

    /// Sends the rest, for a limited time, and waits for that.
    ///
    /// - Parameter status: How the run ended.
    /// - Returns: What came of it.
    package func finish(_ status: TrackedStatus) -> Result {
        state.withLock { state in
            state.ended = status
            state.deadline = ContinuousClock.now + .seconds(pace.most)
        }
        wake.signal()
        thread.wait()
        return state.withLock { $0.result }
    }

    private func run(_ upload: RunUpload) {
        let voice = Voice(say)
        var (pause, failures) = (0.0, 0)
        while wake.wait(timeout: .now() + pause) == .timedOut {
            if let error = failure(of: upload, .running, withFiles: false) {
                voice.tell(error)
                failures += 1
                pause = min(pace.longestPause, 0.5 * Double(1 << min(failures, 10)))
                if (error as? TrackingError)?.isLasting == true { pause = 1e9 }
            } else {
                (pause, failures) = (pace.interval, 0)
            }
            voice.tell(upload.notes)
        }
        end(upload, voice)
        voice.tell(upload.notes)
    }

    private func failure(of upload: RunUpload, _ status: TrackedStatus, withFiles: Bool) -> (any Error)? {
        do {
            try upload.send(status, withFiles: withFiles)
            return nil
        } catch {
            return error
        }
    }

    private func end(_ upload: RunUpload, _ voice: Voice) {
        let status = state.withLock { $0.ended } ?? .finished
        let start = ContinuousClock.now
        // Whoever interrupts a run wants it to end; so does one whose server has not been there at all.
        let isBrief = status == .killed || upload.confirmed == nil
        let patience = isBrief ? pace.briefPatience : pace.patience
        upload.secondsForFile = pace.most
        var pause = 0.25
        // mammo track sends the files of a run that was interrupted.
        while let error = failure(of: upload, status, withFiles: status != .killed) {
            voice.tell(error)
            let heard = max(upload.confirmed ?? start, start)
            let isOver = (ContinuousClock.now - heard).inSeconds >= patience || !upload.goesOn()
            if isOver || (error as? TrackingError)?.isLasting == true {
                let result = Result(unsent: upload.unsent, problem: "\(error)")
                state.withLock { $0.result = result }
                return
            }
            usleep(UInt32(pause * 1e6))
            pause = min(2 * pause, 4)
        }
    }

    /// Says what a person should know, once.
    private final class Voice {
        private let say: @Sendable (String) -> Void
        private var wasSaid = false
        private var notes = 0

        init(_ say: @escaping @Sendable (String) -> Void) { self.say = say }

        func tell(_ error: any Error) {
            guard !wasSaid else { return }
            wasSaid = true
            say("warning: \(error); training goes on, and what is not sent stays in the run's folder")
        }

        func tell(_ all: [String]) {
            for note in all.dropFirst(notes) { say("MLflow: \(note)") }
            notes = all.count
        }
    }
}
