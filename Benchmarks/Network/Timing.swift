import FoundationEssentials

/// What the system's clock and accounts say.
enum Timing {
    /// How long `work` takes, in seconds.
    static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let duration = try clock.measure(work).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
    }

    /// The most memory the process has held, in MB: of this program alone, where getrusage would count what the process was
    /// before it became this program.
    static var peakMegabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 * 1024 / 1_000_000 } ?? 0
    }
}
