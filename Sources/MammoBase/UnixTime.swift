import Glibc

/// The system's clock, which may be set while a process runs.
package enum UnixTime {
    /// Seconds since 1970.
    package static var now: Double {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    }
}
