import Glibc

/// SIGINT, SIGTERM and SIGHUP, taken when somebody looks instead of when they come; and SIGCHLD, which ends a wait early.
package final class Signals {
    private var set = sigset_t()

    /// Blocks them for the calling thread and for those that it begins. To be made before the first thread.
    package init() {
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // A shell starts what runs in the background with SIGINT ignored.
            signal(number, SIG_DFL)
            sigaddset(&set, number)
        }
        sigaddset(&set, SIGCHLD)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Waits for a signal.
    ///
    /// - Parameter seconds: How long at most.
    /// - Returns: Whether one has come that asks this process to end.
    package func wait(seconds: Double) -> Bool {
        let whole = max(0, seconds.rounded(.down))
        var time = timespec(tv_sec: Int(whole), tv_nsec: Int(max(0, seconds - whole) * 1e9))
        return [SIGINT, SIGTERM, SIGHUP].contains(sigtimedwait(&set, nil, &time))
    }
}
