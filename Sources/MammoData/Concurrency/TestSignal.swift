import Glibc
import Synchronization

/// A signal that the process sends to itself, for tests of runs that are interrupted: a test that sleeps and then sends one
/// meets another moment on every machine.
///
/// MAMMO_TEST_SIGNAL is SIGNALS:PLACE:WHERE, such as `KILL:step:7` (after the seventh step of training of this process),
/// `TERM,TERM:image:3` (after the third image that was preprocessed or predicted), or `KILL:rename:last.checkpoint` (when a
/// file of that name is written beside its place and not renamed yet). Without the variable, or with any other value, nothing
/// is sent.
package final class TestSignal: Sendable {
    /// What is counted.
    package enum Place: String, Sendable {
        /// Steps of training.
        case step
        /// Images that are done.
        case image
        /// Files that are about to be renamed into place.
        case rename
    }

    private let signals: [Int32]
    private let place: Place
    private let end: Substring
    private let passed = Atomic(0)

    /// A signal from the variable's text; nil where that is none.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 2)
        guard parts.count == 3, let place = Place(rawValue: String(parts[1])) else { return nil }
        let numbers: [Substring: Int32] = ["INT": SIGINT, "KILL": SIGKILL, "TERM": SIGTERM]
        signals = parts[0].split(separator: ",").compactMap { numbers[$0] }
        self.place = place
        end = parts[2]
    }

    /// The one that the environment asks for at a place; nil where it asks for none there.
    package static func requested(at place: Place) -> TestSignal? {
        guard let text = getenv("MAMMO_TEST_SIGNAL").flatMap({ TestSignal(String(cString: $0)) }) else { return nil }
        return text.place == place ? text : nil
    }

    /// Counts a step or an image that is done, and sends the signals after the last.
    package func countOne() {
        if passed.wrappingAdd(1, ordering: .relaxed).newValue == Int(end) { send() }
    }

    /// Sends the signals where the file is the one that is meant.
    package func willRename(to path: String) {
        if path.hasSuffix("/\(end)") { send() }
    }

    private func send() {
        for (number, signal) in signals.enumerated() {
            // One that is still to be delivered would not be sent twice.
            if number > 0 { usleep(2_000) }
            kill(getpid(), signal)
        }
    }
}
