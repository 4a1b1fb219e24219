/// What check-cuda prints of its cases.
package enum CheckSummary {
    /// Reads the summary: `N cases, M failures`, perhaps `, K skipped`, and below it failed groups and their cases.
    ///
    /// - Parameters:
    ///   - text: What check-cuda printed; not to the end where it was stopped.
    ///   - tool: What it ran under.
    ///   - status: Its exit status; nil where it was stopped.
    /// - Returns: Counts, nil where it was stopped before it had them.
    package static func read(_ text: String, tool: String, status: Int32?) -> CheckRun {
        var run = CheckRun(tool: tool, passed: status ?? 0 == 0)
        var isBelow = false
        for line in text.split(separator: "\n") {
            if let counts = line.wholeMatch(of: /(\d+) cases, (\d+) failures(?:, (\d+) skipped)?/) {
                (run.cases, run.failures) = (Int(counts.1), Int(counts.2))
                run.skipped = counts.3.flatMap { Int($0) }
                run.failed = []
                isBelow = true
            } else if line.hasPrefix("FAILED ") {
                if !isBelow { run.failed.append(String(line.dropFirst(7))) }
            } else if isBelow, line.hasPrefix("    ") {
                run.failed.append(String(line.dropFirst(4)))
            }
        }
        if run.failures ?? 0 > 0 || !run.failed.isEmpty { run.passed = false }
        return run
    }

    /// In a line.
    package static func note(_ run: CheckRun) -> String {
        guard let cases = run.cases, let failures = run.failures else { return "no summary" }
        var note = "\(cases) cases, \(failures) failures"
        if let skipped = run.skipped, skipped > 0 { note += ", \(skipped) skipped" }
        if let errors = run.errors { note += ", \(errors) errors of compute-sanitizer" }
        return note
    }
}
