import MammoBase

/// The text of progress: how much is done, how fast, how long the rest takes.
struct ProgressLine {
    var done: Int
    /// How many of `done` were done before this process.
    var before = 0
    var total: Int
    /// In the singular.
    var unit: String
    var failed = 0
    var bytes = 0
    var note = ""
    /// Since the start of this process's work.
    var seconds: Double

    /// `12/400 images, 3.4 images/s, 2:03 left, 1 failed`.
    var numbers: String {
        let rate = seconds > 0 ? Double(done - before) / seconds : 0
        let left = rate > 0 ? ", \(Progress.duration(Double(total - done) / rate)) left" : ""
        let speed = bytes > 0 && seconds > 0 ? ", \((Double(bytes) / seconds / 1e6).decimals(0)) MB/s" : ""
        let failures = failed > 0 ? ", \(failed) failed" : ""
        return "\(done)/\(total.of(unit)), \(rate.decimals(rate < 1 ? 2 : 1)) \(unit)s/s\(speed)\(left)\(failures)"
            + (note.isEmpty ? "" : ", \(note)")
    }

    /// A bar before the numbers, in one line of a terminal: where there is little room the bar is shorter, then left out, then the
    /// numbers are cut.
    ///
    /// - Parameter columns: The terminal's width; the last column stays free, where some terminals begin a line of their own.
    /// - Returns: At most `columns` - 1 characters.
    func bar(columns: Int) -> String {
        let (numbers, room) = (self.numbers, max(1, columns - 1))
        guard numbers.count <= room else { return numbers.prefix(max(0, room - 1)) + "…" }
        let width = min(24, room - numbers.count - 1)
        guard width >= 8 else { return numbers }
        let filled = total > 0 ? min(width, width * done / total) : width
        return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled) + " " + numbers
    }
}
