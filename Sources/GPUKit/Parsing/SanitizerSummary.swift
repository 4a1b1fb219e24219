/// What compute-sanitizer prints of a program's run.
package enum SanitizerSummary {
    /// How many reports are kept.
    static let kept = 20

    /// Adds what the tool reports to what the program says of itself.
    ///
    /// - Parameters:
    ///   - text: What both printed.
    ///   - run: The program's own summary.
    /// - Returns: The same with errors counted; nil where the tool did not come to its end.
    package static func read(_ text: String, into run: CheckRun) -> CheckRun {
        var run = run
        var reports: [String] = []
        var isFirst = true
        for line in text.split(separator: "\n") where line.hasPrefix("=========") {
            let said = line.drop { $0 == "=" || $0 == " " }
            if let total = said.firstMatch(of: /ERROR SUMMARY: (\d+) error/) {
                run.errors = Int(total.1)
            } else if let total = said.firstMatch(of: /RACECHECK SUMMARY: (\d+) hazards? displayed/) {
                run.errors = Int(total.1)
            } else if said.isEmpty || said.hasPrefix("COMPUTE-SANITIZER") {
                isFirst = true
            } else if isFirst {
                // A report's first line says what and where; what follows are threads and stacks.
                isFirst = false
                reports.append(String(said))
            }
        }
        run.failed += reports.prefix(kept)
        if run.errors ?? 0 > 0 { run.passed = false }
        return run
    }
}
