import Glibc

/// What the system's clock and accounts say.
enum Timing {
    /// How long `work` takes, in seconds.
    static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let duration = try clock.measure(work).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }

    /// The most memory the process has held, in MB.
    static var peakMegabytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024 / 1_000_000
    }
}
