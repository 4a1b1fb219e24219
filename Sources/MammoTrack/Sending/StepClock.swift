/// When steps were done. steps.csv says how long each took, and system.csv when which step was reached; that is never cut or
/// repeated, so that a step has the same time whenever it is asked for, and a point that is sent twice stands once.
struct StepClock {
    private struct Stretch {
        var from: (step: Int, time: Double)
        var to: (step: Int, time: Double)
    }

    private var stretches: [Stretch] = []
    private var last: (step: Int, time: Double)?
    /// The time of steps behind the last line, where the run is over and no line will come.
    private var rest: [Int: Double] = [:]

    /// The last step whose time is known by system.csv.
    var covered: Int { stretches.last?.to.step ?? 0 }

    /// When the run began, and when it was last heard of; nil where nothing is known.
    private(set) var begin: Double?
    var end: Double? { last?.time }

    /// Takes a line of system.csv.
    ///
    /// - Parameters:
    ///   - time: When it was written, in seconds since 1970.
    ///   - step: The run's step then.
    ///   - seconds: What it covers.
    mutating func add(time: Double, step: Int, seconds: Double) {
        if begin == nil { begin = time - seconds }
        defer { last = (step, time) }
        guard step > covered else { return }
        // Lines follow each other, but for the first of a run that was resumed, which may have gone back some steps.
        let before = last.flatMap { $0.time >= time - seconds - 0.5 ? $0 : nil }
        stretches.append(
            Stretch(from: before ?? (min(covered, step - 1), time - seconds), to: (step, time)))
    }

    /// Takes the steps behind the last line, each of which ends as long after the one before as it took. They follow that
    /// line; where there is none, the last of them ends with the run. Steps that a line covers are passed over.
    ///
    /// - Parameters:
    ///   - steps: Numbers in ascending order, and how long each took.
    ///   - end: When the run ended, in seconds since 1970.
    mutating func add(rest steps: [(step: Int, seconds: Double)], endingAt end: Double) {
        // Sums of durations alone: added to a time since 1970 one by one they would be rounded to 0.2 microseconds each.
        var offset = last == nil ? -steps.reduce(0) { $0 + $1.seconds } : 0
        let base = last?.time ?? end
        for (step, seconds) in steps where step > covered {
            offset += seconds
            rest[step] = base + offset
        }
    }

    /// A step's time in milliseconds since 1970; nil where it is not known yet.
    func milliseconds(of step: Int) -> Int? {
        guard step <= covered else { return rest[step].map(Self.milliseconds) }
        // The first that reaches it.
        var (low, high) = (0, stretches.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].to.step >= step { high = middle } else { low = middle + 1 }
        }
        let (from, to) = (stretches[low].from, stretches[low].to)
        let share = Double(step - from.step) / Double(max(1, to.step - from.step))
        return Self.milliseconds(from.time + share * (to.time - from.time))
    }

    static func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000).rounded()) }
}
