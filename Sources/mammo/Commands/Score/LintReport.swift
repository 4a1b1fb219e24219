import ArgumentParser
import MammoBase
import MammoData
import MammoScore

/// What `score --lint` prints.
struct LintReport {
    private let lint: SubmissionLint
    private let path: String

    init(_ lint: SubmissionLint, path: String) { (self.lint, self.path) = (lint, path) }

    private struct Summary: Encodable {
        var count: Int
        var errors: [String]
        var expected: Int
        var hard: Bool
        var share: Double
        var warnings: [String]
    }

    /// Prints, and says the exit status.
    func print(json: Bool) -> ExitCode {
        Messages.print(lint.errors, "score")
        for warning in lint.warnings { Console.error("mammo score: warning: \(warning)") }
        if json {
            let summary = Summary(
                count: lint.count, errors: lint.errors, expected: lint.expected, hard: lint.isHard, share: lint.share,
                warnings: lint.warnings)
            Console.out(JSONText.line(summary))
        } else {
            let share = "\(lint.isHard ? "positive" : "mean") \((100 * lint.share).decimals(2)) %"
            let verdict = lint.errors.isEmpty ? "good" : "\(lint.errors.count) errors"
            Console.out("\(path): \(lint.count.of("row")) for \(lint.expected.of("breast")), \(share): \(verdict)")
        }
        return lint.errors.isEmpty ? ExitStatus.allDone : ExitStatus.someFailed
    }
}

/// Lines of which there may be thousands.
enum Messages {
    private static let mostNamed = 20

    static func print(_ lines: [String], _ command: String) {
        for line in lines.prefix(mostNamed) { Console.error("mammo \(command): \(line)") }
        if lines.count > mostNamed {
            Console.error("mammo \(command): \(lines.count - mostNamed) more of this kind; --json names them")
        }
    }
}
