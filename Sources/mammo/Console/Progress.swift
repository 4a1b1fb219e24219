import MammoBase
import MammoImage
import Synchronization

import Glibc

/// Progress on standard error: a bar that stays on its line on a terminal, a plain line every ten seconds elsewhere.
final class Progress: Sendable {
    /// How progress is shown.
    enum Style: Sendable {
        case bar
        case plain
        case none

        /// What suits standard error, or nothing where `quiet`.
        static func suited(quiet: Bool) -> Style {
            quiet ? .none : isatty(STDERR_FILENO) != 0 ? .bar : .plain
        }
    }

    private struct State {
        var done = 0
        var failed = 0
        var bytes = 0
        var note = ""
        /// When it was last shown, in seconds after the start.
        var shownAt: Double
    }

    private let total: Int
    private let unit: String
    private let style: Style
    private let startedAt = ContinuousClock.now
    private let state: Mutex<State>

    init(total: Int, unit: String, style: Style) {
        self.total = total
        self.unit = unit
        self.style = style
        state = Mutex(State(shownAt: style == .bar ? -.infinity : 0))
    }

    /// Counts inputs, of `bytes` bytes together; prints when it is time, `note` behind the numbers.
    func advance(by count: Int = 1, failed: Bool = false, bytes: Int = 0, note: String = "") {
        state.withLock { state in
            state.note = note
            state.done += count
            state.bytes += bytes
            state.failed += failed ? 1 : 0
            let elapsed = self.elapsed
            let pause = style == .bar ? 0.1 : 10.0
            guard style != .none, elapsed - state.shownAt >= pause || (style == .bar && state.done == total) else {
                return
            }
            state.shownAt = elapsed
            show(state, elapsed: elapsed)
        }
    }

    /// Prints a line of its own above the bar.
    func say(_ line: String) {
        state.withLock { _ in
            _ = Console.write((style == .bar ? "\r\u{1B}[K" : "") + line + "\n", to: STDERR_FILENO)
        }
    }

    /// Takes the bar away.
    func finish() {
        if style == .bar { Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
    }

    /// Seconds since the start.
    var elapsed: Double { (ContinuousClock.now - startedAt).inSeconds }

    private func show(_ state: State, elapsed: Double) {
        let rate = elapsed > 0 ? Double(state.done) / elapsed : 0
        let left = rate > 0 ? Double(total - state.done) / rate : 0
        let failures = state.failed > 0 ? ", \(state.failed) failed" : ""
        let speed = elapsed > 0 ? Double(state.bytes) / elapsed / 1e6 : 0
        let bytes = state.bytes > 0 ? "\(speed.decimals(0)) MB/s, " : ""
        let note = state.note.isEmpty ? "" : ", \(state.note)"
        let numbers =
            "\(state.done)/\(total) \(unit), \(rate.decimals(rate < 1 ? 2 : 1)) \(unit)/s, \(bytes)"
            + "\(Self.duration(left)) left\(failures)\(note)"
        if style == .bar {
            let filled = total > 0 ? 24 * state.done / total : 24
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
            Console.write("\r\u{1B}[K\(bar) \(numbers)", to: STDERR_FILENO)
        } else {
            Console.error(numbers)
        }
    }

    /// Seconds as `8 s`, `4:05` or `2:03:04`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
        return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))"
    }
}
