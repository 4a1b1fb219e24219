import Dispatch
import Synchronization

import Glibc

/// Ctrl-C and SIGTERM as a wish: the first lets what is under way be finished, the second ends the process at once.
final class Interrupt: Sendable {
    private let requested = Atomic(false)

    /// Begins to listen. `announce` is called at the first signal, away from the signal handler.
    static func listen(announce: @escaping @Sendable () -> Void) -> Interrupt {
        let interrupt = Interrupt()
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // Holding `source` here keeps it alive for as long as the process.
                _ = source
                if interrupt.requested.exchange(true, ordering: .relaxed) { _exit(130) }
                announce()
            }
            source.resume()
        }
        return interrupt
    }

    var isRequested: Bool { requested.load(ordering: .relaxed) }
}
