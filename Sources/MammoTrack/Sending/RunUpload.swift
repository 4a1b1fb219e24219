import MammoBase
import MammoData

/// Sends a run's folder to a tracking server: what is there and was not sent before. Used from one thread at a time.
///
/// The position in mlflow.json goes forward when the server has confirmed a batch, and a batch that is sent again has the same
/// points with the same times, of which MLflow keeps one: nothing is lost or stands twice, whenever a process is killed.
package final class RunUpload {
    /// What is sent beside the tables.
    package struct Description: Sendable {
        /// What the run is called there.
        package var name: String
        /// Every key of its configuration.
        package var parameters: [TrackedText]
        package var tags: [TrackedText]

        package init(name: String, parameters: [TrackedText], tags: [TrackedText]) {
            (self.name, self.parameters, self.tags) = (name, parameters, tags)
        }
    }

    /// What was sent.
    package private(set) var sent = (points: 0, files: 0)
    /// What the server has refused for good and the rest can do without, a line each.
    package private(set) var notes: [String] = []
    /// When the server last confirmed something.
    package private(set) var confirmed: ContinuousClock.Instant?
    /// Asked before each request: false ends the sending there.
    package var goesOn: () -> Bool = { true }
    /// Told how many points were confirmed, batch by batch.
    package var advanced: (Int) -> Void = { _ in }
    /// Seconds that sending a file may take.
    package var secondsForFile = 3600.0

    private let folder: String
    private let server: MLflowServer
    private let description: Description
    private let lock: FolderLock
    private var state: TrackingState
    private let place: Int
    private var points: RunPoints
    private var batch: RunPoints.Batch?

    /// The files that are sent when a run has ended.
    package static let files = ["report.html", "config.yaml", "best.safetensors"]
    /// The tag by which a run is found whose making was not answered.
    private static let keyTag = "mammo.run"
    /// The file that a process which sends a run holds locked.
    private static let lockName = "mlflow.lock"

    /// Looks at what was sent. The folder's tables may be added to meanwhile.
    ///
    /// - Parameters:
    ///   - folder: The run's.
    ///   - server: Where to.
    ///   - experiment: The experiment's name there.
    ///   - description: What is sent beside the tables.
    /// - Throws: `DataError` where mlflow.json cannot be used or written, or another process sends this run.
    package init(
        _ folder: String, to server: MLflowServer, experiment: String, _ description: Description
    ) throws(DataError) {
        (self.folder, self.server, self.description) = (folder, server, description)
        var state: TrackingState
        (lock, state) = try Self.taken(folder)
        place = state.place(of: server.uri, experiment)
        self.state = state
        points = RunPoints(folder, after: state.destinations[place].position)
    }

    deinit { lock.release() }

    /// The lock, and what was sent so far.
    private static func taken(_ folder: String) throws(DataError) -> (FolderLock, TrackingState) {
        let lock = try FolderLock(
            file: "\(folder)/\(lockName)", busy: "another process is sending this run; it goes on by itself")
        do throws(DataError) {
            return (lock, try TrackingState.read(in: folder))
        } catch {
            lock.release()
            throw error
        }
    }

    /// What the server calls experiment and run; nil where it does not know them yet.
    package var identity: (experiment: String, run: String)? {
        let to = state.destinations[place]
        return to.experiment_id.flatMap { experiment in to.run_id.map { (experiment, $0) } }
    }

    /// How a run that has ended did, as was noted then; nil where nothing was.
    package var noted: TrackedStatus? { state.destinations[place].ended }

    /// Points that are not sent.
    package var unsent: Int { points.count + (batch?.metrics.count ?? 0) }

    /// Sends what there is.
    ///
    /// - Parameters:
    ///   - status: The run's status, which is sent too.
    ///   - withFiles: Whether `files` are sent too, as far as they are there.
    /// - Throws: `TrackingError`, and `DataError` where mlflow.json cannot be written. What was confirmed is not sent again.
    package func send(_ status: TrackedStatus, withFiles: Bool) throws {
        try note(status == .running ? nil : status)
        let run = try establish()
        try tell(status == .running ? .running : nil, run)
        while let next = batch ?? points.next() {
            batch = next
            try ask()
            try server.add(next.metrics, run: run)
            sent.points += next.metrics.count
            advanced(next.metrics.count)
            batch = nil
            try keep { $0.position = next.position }
        }
        if withFiles { try sendFiles(run) }
        try tell(status, run)
    }

    /// Gives the last steps their times, where the run is over and nothing will be added to its tables.
    package func close() { points.close() }

    private func ask() throws(TrackingError) {
        guard goesOn() else { throw .outOfTime }
    }

    /// Changes the server's part of the state, and writes it.
    private func keep(_ change: (inout TrackingState.Destination) -> Void) throws(DataError) {
        confirmed = .now
        try store(change)
    }

    private func store(_ change: (inout TrackingState.Destination) -> Void) throws(DataError) {
        change(&state.destinations[place])
        try state.write(in: folder)
    }

    private func note(_ status: TrackedStatus?) throws(DataError) {
        guard noted != status else { return }
        try store { $0.ended = status }
    }

    /// The run on the server, which is made where there is none.
    private func establish() throws -> String {
        let to = state.destinations[place]
        if let run = to.run_id, to.parameters { return run }
        try ask()
        // The key is kept before anything is made under it.
        try state.write(in: folder)
        let experiment = try to.experiment_id ?? findExperiment(to.experiment)
        let run = try to.run_id ?? makeRun(in: experiment, to.key)
        try setParameters(run)
        return run
    }

    private func findExperiment(_ name: String) throws -> String {
        let found = try server.experiment(name)
        try keep { $0.experiment_id = found }
        return found
    }

    private func setParameters(_ run: String) throws {
        do throws(TrackingError) {
            try server.set(description.parameters, run: run)
        } catch {
            // They are there, with other values: those of the time when the run began stay.
            guard case .rejected(_, 400, "INVALID_PARAMETER_VALUE", let message) = error else { throw error }
            notes.append("parameters stay as they were sent first: \(message)")
        }
        try keep { $0.parameters = true }
    }

    private func makeRun(in experiment: String, _ key: String) throws -> String {
        let tag = TrackedText(Self.keyTag, key)
        points.look()
        let start = points.clock.begin.map { StepClock.milliseconds($0) } ?? Int(UnixTime.now) * 1000
        let run =
            try server.findRun(tag: tag, experiment: experiment)
            ?? server.makeRun(
                experiment: experiment, name: description.name, start: start, tags: [tag] + description.tags)
        try keep { ($0.run_id, $0.artifacts, $0.status) = (run.id, run.artifacts, .running) }
        return run.id
    }

    /// Tells the server how the run is, where it does not know.
    private func tell(_ status: TrackedStatus?, _ run: String) throws {
        guard let status, state.destinations[place].status != status else { return }
        try ask()
        let last = points.clock.end.map { StepClock.milliseconds($0) } ?? Int(UnixTime.now) * 1000
        let end = status == .running ? nil : last
        try server.set(status, end: end, run: run)
        try keep { $0.status = status }
    }

    private func sendFiles(_ run: String) throws {
        guard let folder = state.destinations[place].artifacts else { return }
        for name in Self.files {
            let path = "\(self.folder)/\(name)"
            guard let found = Files.status(of: path) else { continue }
            let stamp = "\(found.bytes) \(found.modified)"
            guard state.destinations[place].files[name] != stamp else { continue }
            try ask()
            guard try server.upload(path, as: name, to: folder, within: secondsForFile) else {
                notes.append("the server keeps files at \(folder), where mammo writes nothing: metrics alone are sent")
                return
            }
            sent.files += 1
            try keep { $0.files[name] = stamp }
        }
    }
}
