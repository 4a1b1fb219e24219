import MammoData

/// What of a run's tables is still to be sent, as batches of points. A value: a copy goes through the rest by itself.
struct RunPoints {
    /// Some points, and how far the tables are sent when they are.
    struct Batch: Equatable {
        var metrics: [TrackedMetric] = []
        var position: TrackingState.Position
    }

    private let folder: String
    private var steps: TableReader
    private var epochs: TableReader
    private var system: TableReader
    /// Lines of system.csv that have been read for the clock and not been sent.
    private var waiting: [(line: Int, fields: [String])] = []
    private var linesRead = 0
    private(set) var clock = StepClock()
    private var position: TrackingState.Position
    /// The columns that MLflow gets of each step.
    private static let stepColumns = ["loss", "lr"]

    /// The tables of a folder.
    ///
    /// - Parameters:
    ///   - folder: The run's.
    ///   - position: How much of them was sent.
    init(_ folder: String, after position: TrackingState.Position) {
        (self.folder, self.position) = (folder, position)
        steps = TableReader(path: "\(folder)/steps.csv")
        epochs = TableReader(path: "\(folder)/epochs.csv")
        system = TableReader(path: "\(folder)/system.csv")
    }

    /// The next points.
    ///
    /// - Parameter most: How many at most.
    /// - Returns: nil where there is nothing to be sent, or nothing yet.
    mutating func next(_ most: Int = MLflowServer.mostMetrics) -> Batch? {
        look()
        var metrics: [TrackedMetric] = []
        takeSteps(&metrics, most)
        takeEpochs(&metrics, most)
        takeSystem(&metrics, most)
        return metrics.isEmpty ? nil : Batch(metrics: metrics, position: position)
    }

    /// How many points are to be sent.
    var count: Int {
        var (rest, count) = (self, 0)
        while let batch = rest.next() { count += batch.metrics.count }
        return count
    }

    /// Gives times to the steps behind the last line of system.csv, where the run is over and no line will come.
    mutating func close() {
        look()
        let path = "\(folder)/steps.csv"
        var (table, taken) = (TableReader(path: path), [(step: Int, seconds: Double)]())
        while let line = table.line() {
            guard let step = table.number("step", of: line).flatMap({ Int(exactly: $0) }) else { continue }
            taken.append((step, table.number("seconds", of: line) ?? 0))
        }
        // A run of a version without system.csv ended when its table did.
        clock.add(rest: taken, endingAt: Files.status(of: path)?.modified ?? 0)
    }

    /// Reads what has come to system.csv, for the clock.
    mutating func look() {
        while let line = system.line() {
            linesRead += 1
            if let time = system.number("time", of: line), let seconds = system.number("seconds", of: line),
                let step = system.number("step", of: line).flatMap({ Int(exactly: $0) })
            {
                clock.add(time: time, step: step, seconds: seconds)
            }
            if linesRead > position.system { waiting.append((linesRead, line)) }
        }
    }

    private mutating func takeSteps(_ metrics: inout [TrackedMetric], _ most: Int) {
        while metrics.count + Self.stepColumns.count <= most, let line = steps.line() {
            guard let step = steps.number("step", of: line).flatMap({ Int(exactly: $0) }), step > position.steps else {
                continue
            }
            guard let time = clock.milliseconds(of: step) else { return steps.putBack() }
            for column in Self.stepColumns {
                guard let value = steps.number(column, of: line), let tag = RunMetrics.tag(ofStepColumn: column) else {
                    continue
                }
                metrics.append(TrackedMetric(key: tag, value: value, timestamp: time, step: step))
            }
            position.steps = step
        }
    }

    private mutating func takeEpochs(_ metrics: inout [TrackedMetric], _ most: Int) {
        // The header is not known before the first line.
        while metrics.count + max(epochs.columns.count, 32) <= most, let line = epochs.line() {
            guard let epoch = epochs.number("epoch", of: line).flatMap({ Int(exactly: $0) }),
                let step = epochs.number("steps", of: line).flatMap({ Int(exactly: $0) }), epoch > position.epochs
            else { continue }
            guard let time = clock.milliseconds(of: step) else { return epochs.putBack() }
            for column in epochs.columns {
                guard let value = epochs.number(column, of: line), let tag = RunMetrics.tag(ofEpochColumn: column)
                else {
                    continue
                }
                metrics.append(TrackedMetric(key: tag, value: value, timestamp: time, step: step))
            }
            position.epochs = epoch
        }
    }

    private mutating func takeSystem(_ metrics: inout [TrackedMetric], _ most: Int) {
        var taken = 0
        for (number, line) in waiting {
            guard metrics.count + line.count <= most else { break }
            taken += 1
            position.system = number
            guard let time = system.number("time", of: line), let step = system.number("step", of: line),
                let whole = Int(exactly: step), line.count == system.columns.count
            else { continue }
            for column in system.columns where SystemSample.isFigure(column) {
                guard let value = system.number(column, of: line) else { continue }
                metrics.append(
                    TrackedMetric(
                        key: SystemSample.metric(column), value: value, timestamp: StepClock.milliseconds(time),
                        step: whole))
            }
        }
        waiting.removeFirst(taken)
    }
}
