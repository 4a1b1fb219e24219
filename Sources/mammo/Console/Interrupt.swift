import Dispatch
import Synchronization

import Glibc

/// Ctrl-C and SIGTERM as a wish: the first lets what is under way be finished. A Ctrl-C after it ends the process at once; a
/// SIGTERM does not, since schedulers send it to a job's shell and to its processes, and one wish then comes twice.
final class Interrupt: Sendable {
    /// That of the command whose stage this is: it is listened to already, and its wish is the stage's.
    @TaskLocal static var enclosing: Interrupt?

    private let requested = Atomic(false)
    private let announce: Mutex<@Sendable () -> Void>

    private init(announce: @escaping @Sendable () -> Void) { self.announce = Mutex(announce) }

    /// Begins to listen. `announce` is called at the first signal, away from the signal handler.
    static func listen(announce: @escaping @Sendable () -> Void) -> Interrupt {
        if let enclosing {
            enclosing.announce.withLock { $0 = announce }
            return enclosing
        }
        let interrupt = Interrupt(announce: announce)
        for number in [SIGINT, SIGTERM] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // Holding `source` here keeps it alive for as long as the process.
                _ = source
                let isFirst = !interrupt.requested.exchange(true, ordering: .relaxed)
                if isFirst { interrupt.announce.withLock { $0 }() } else if number == SIGINT { _exit(130) }
            }
            source.resume()
        }
        return interrupt
    }

    var isRequested: Bool { requested.load(ordering: .relaxed) }
}
