import Glibc
import MammoBase
import MammoImage
import Synchronization

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
        var done: Int
        var failed = 0
        var bytes = 0
        var note = ""
        /// When it was last shown, in seconds after the start.
        var shownAt: Double
        /// Whether a bar is on the terminal's last line.
        var isOnScreen = false
    }

    private let total: Int
    private let before: Int
    private let unit: String
    private let style: Style
    private let startedAt = ContinuousClock.now
    private let state: Mutex<State>

    /// Nothing is shown until something is done.
    ///
    /// - Parameters:
    ///   - total: How many there are in all.
    ///   - before: How many of them an earlier process has done: they count, but not for the rate.
    ///   - unit: What they are, in the singular: `image`.
    ///   - style: How progress is shown.
    init(total: Int, before: Int = 0, unit: String, style: Style) {
        self.total = total
        self.before = before
        self.unit = unit
        self.style = style
        state = Mutex(State(done: before, shownAt: style == .bar ? -.infinity : 0))
    }

    /// Counts inputs, of `bytes` bytes together; prints when it is time, `note` behind the numbers.
    func advance(by count: Int = 1, failed: Bool = false, bytes: Int = 0, note: String = "") {
        state.withLock { state in
            state.note = note
            state.done += count
            state.bytes += bytes
            state.failed += failed ? 1 : 0
            showWhenDue(&state, isLast: state.done == total)
        }
    }

    /// Says what goes on while nothing is counted.
    func note(_ note: String) {
        state.withLock { state in
            state.note = note
            showWhenDue(&state, isLast: false)
        }
    }

    /// Prints a line of its own above the bar.
    func say(_ line: String) {
        state.withLock { state in
            _ = Console.write((state.isOnScreen ? Self.erase : "") + line + "\n", to: STDERR_FILENO)
            state.isOnScreen = false
            if style == .bar, state.done > before { show(&state) }
        }
    }

    /// Takes the bar away after some work, whether or not it throws.
    func during<Result>(_ work: () throws -> Result) rethrows -> Result {
        defer { finish() }
        return try work()
    }

    private func finish() {
        state.withLock { state in
            if state.isOnScreen { Console.write(Self.erase, to: STDERR_FILENO) }
            state.isOnScreen = false
        }
    }

    /// Seconds since the start.
    var elapsed: Double { (ContinuousClock.now - startedAt).inSeconds }

    private static let erase = "\r\u{1B}[K"

    private func showWhenDue(_ state: inout State, isLast: Bool) {
        let pause = style == .bar ? 0.1 : 10.0
        let isDue = elapsed - state.shownAt >= pause || (style == .bar && isLast)
        if style != .none, isDue { show(&state) }
    }

    private func show(_ state: inout State) {
        let elapsed = self.elapsed
        state.shownAt = elapsed
        let line = ProgressLine(
            done: state.done, before: before, total: total, unit: unit, failed: state.failed, bytes: state.bytes,
            note: state.note, seconds: elapsed)
        guard style == .bar else { return Console.error(line.numbers) }
        Console.write(Self.erase + line.bar(columns: Terminal.columns(of: STDERR_FILENO)), to: STDERR_FILENO)
        state.isOnScreen = true
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
