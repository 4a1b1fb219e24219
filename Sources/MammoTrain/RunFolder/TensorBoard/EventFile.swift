import MammoBase
import MammoData
import MammoTrack

import Glibc

/// A file of events that TensorBoard opens, in the run's own folder: `tensorboard --logdir RUN_DIR`, or the folder above it
/// for all runs beside each other.
///
/// Each process writes a file of its own, named so that it comes after those before it. One that takes a run up says at
/// which step, and TensorBoard drops what the earlier files have from there on. Everything is at the run's steps, an epoch's
/// figures at its last, so that they are dropped too.
public final class EventFile {
    static let prefix = "events.out.tfevents."

    /// The file.
    public let path: String
    private let file: AppendedFile
    private let clock: @Sendable () -> Double
    private var waiting: [UInt8] = []
    private var lastWrite = ContinuousClock.now

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - folder: The run's folder.
    ///   - step: The last step that the checkpoint has; 0 for a new run.
    ///   - hyperparameters: What the run is made with.
    /// - Throws: `DataError.unwritable`.
    public convenience init(
        in folder: String, after step: Int, hyperparameters: [(name: String, value: Hyperparameter)]
    ) throws(DataError) {
        try self.init(
            in: folder, after: step, hyperparameters: hyperparameters, owner: "\(PartialFile.host).\(getpid())",
            clock: { UnixTime.now })
    }

    package init(
        in folder: String, after step: Int, hyperparameters: [(name: String, value: Hyperparameter)], owner: String,
        clock: @escaping @Sendable () -> Double
    ) throws(DataError) {
        self.clock = clock
        // TensorBoard reads the files in the order of their names, and never an earlier one again.
        let latest = Files.names(in: folder).compactMap { name -> Int? in
            guard name.hasPrefix(Self.prefix) else { return nil }
            return name.dropFirst(Self.prefix.count).split(separator: ".").first.flatMap { Int($0) }
        }.max()
        let seconds = max(Int(clock()), (latest ?? 0) + 1)
        let digits = String(seconds)
        let padded = String(repeating: "0", count: max(0, 10 - digits.count)) + digits
        path = "\(folder)/\(Self.prefix)\(padded).\(owner)"
        file = try AppendedFile(path: path)
        add(0, .fileVersion)
        // One that was killed before its first checkpoint begins again at step 1.
        if latest != nil || step > 0 { add(step + 1, .sessionStart) }
        add(step, .hyperparameters(hyperparameters, group: ""))
        try flush()
    }

    /// Adds values, which are in the file after the next `flush` at the latest. TensorBoard keeps them in single precision;
    /// the tables have all digits.
    ///
    /// - Parameters:
    ///   - values: By tag, as `train/loss`; what stands before the slash is a heading.
    ///   - step: The run's step, from 1.
    /// - Throws: `DataError.unwritable`.
    public func add(_ values: [(tag: String, value: Double)], step: Int) throws(DataError) {
        add(step, .scalars(values))
        if waiting.count > 1 << 14 || ContinuousClock.now - lastWrite >= .seconds(5) { try flush() }
    }

    /// Says that the run has ended.
    ///
    /// - Parameters:
    ///   - step: The last step.
    ///   - succeeded: Whether it came to its end, and not to a loss that is not finite.
    /// - Throws: `DataError.unwritable`.
    public func end(step: Int, succeeded: Bool) throws(DataError) {
        add(step, .end(succeeded: succeeded))
        try flush()
    }

    /// Writes what waits.
    ///
    /// - Throws: `DataError.unwritable`.
    public func flush() throws(DataError) {
        guard !waiting.isEmpty else { return }
        try file.append(waiting)
        waiting = []
        lastWrite = .now
    }

    func add(_ step: Int, _ content: Event.Content) {
        waiting += Event(time: clock(), step: step, content).record
    }
}

extension EventFile {
    /// Adds a step: `train/loss`, `train/lr`, `train/seconds_per_step`, `memory/resident_mb`.
    ///
    /// - Parameters:
    ///   - record: What is known of it.
    ///   - memory: The process's memory in bytes; nil where it is not known.
    /// - Throws: `DataError.unwritable`.
    public func add(_ record: StepRecord, memory: Int? = nil) throws(DataError) {
        var values = zip(StepRecord.columns, record.fields).compactMap { column, field in
            RunMetrics.tag(ofStepColumn: column).flatMap { tag in Double(field).map { (tag: tag, value: $0) } }
        }
        if let memory { values.append(("memory/resident_mb", Double(memory) / 1e6)) }
        try add(values, step: record.step)
    }

    /// Adds an epoch at its last step: `epoch/…`, `validation/loss` and the scores as `validation/best_f1_breast`.
    ///
    /// - Parameter record: What is known of it.
    /// - Throws: `DataError.unwritable`.
    public func add(_ record: EpochRecord) throws(DataError) {
        let values = zip(EpochRecord.columns, record.fields).compactMap { column, field in
            RunMetrics.tag(ofEpochColumn: column).flatMap { tag in Double(field).map { (tag: tag, value: $0) } }
        }
        try add(values, step: record.steps)
    }
}
