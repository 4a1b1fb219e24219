import Glibc
import MammoData

/// Counters that only rise, as the system has them now: figures are differences of two.
struct SystemCounters: Sendable {
    /// Seconds of a clock that no one sets.
    var time: Double
    /// What all processors have worked, and worked or waited, in ticks (proc(5), stat); nil where it is not known.
    var processors: (busy: Double, all: Double)?
    /// Bytes that this process has had read from disks (proc(5), io); nil where it is not known.
    var diskReads: Double?
    /// Images that the reader has handed over.
    var images: Int
    /// Seconds that the trainer has waited for them.
    var waited: Double
    /// Joules of each card; nil where it does not say.
    var joules: [Double?]

    /// Asks the system.
    ///
    /// - Parameters:
    ///   - meter: Of the reader.
    ///   - joules: Of each card.
    init(_ meter: ReaderMeter, joules: [Double?]) {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        time = Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
        processors = Files.text(of: "/proc/stat").flatMap(Self.processors)
        diskReads = Files.text(of: "/proc/self/io").flatMap(Self.diskReads)
        (images, waited) = (meter.images, meter.seconds)
        self.joules = joules
    }

    /// The first line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; what guests use is in the first two.
    static func processors(_ text: String) -> (busy: Double, all: Double)? {
        let line = text.prefix { $0 != "\n" }.split(separator: " ")
        guard line.first == "cpu", line.count >= 5 else { return nil }
        let ticks = line[1...].prefix(8).compactMap { Double($0) }
        guard ticks.count == min(line.count - 1, 8) else { return nil }
        let all = ticks.reduce(0, +)
        return (all - ticks[3] - (ticks.count > 4 ? ticks[4] : 0), all)
    }

    static func diskReads(_ text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix("read_bytes: ") }
            .flatMap { Double($0.dropFirst("read_bytes: ".count)) }
    }
}
