import MammoData

/// The folder that a run leaves: report.json, report.md, log.txt and a few tables, each whole at any time.
package final class ReportFolder {
    /// All files that may be in it; some machines give back no more than eight.
    package static let names = ["report.json", "report.md", "log.txt", "operations.tsv"]
    /// What is kept of each program's output in the log: its beginning and its end.
    private static let kept = (first: 48_000, last: 96_000)

    package let path: String
    private let file: AppendedFile

    /// Makes it, and removes what an earlier run has left in it.
    ///
    /// - Throws: `DataError` where it cannot be written.
    package init(_ path: String) throws(DataError) {
        self.path = path
        try Files.makeFolder(path)
        try Files.checkWritable("\(path)/report.json")
        for name in Self.names { _ = Files.remove("\(path)/\(name)") }
        file = try AppendedFile(path: "\(path)/log.txt")
    }

    /// Writes the report, for programs and for people.
    package func write(_ report: Report) throws(StepProblem) {
        try write(String(decoding: JSONText.pretty(report), as: UTF8.self), to: "report.json")
        try write(MarkdownReport(report).text, to: "report.md")
    }

    /// Writes a file of its own.
    package func write(_ text: String, to name: String) throws(StepProblem) {
        precondition(Self.names.contains(name), "\(name) is not among the files that are to come back")
        do throws(DataError) { try Files.write(Array(text.utf8), to: "\(path)/\(name)") } catch {
            throw .failed(error.description)
        }
    }

    /// Adds to the log; that there is no room for it ends nothing.
    package func log(_ text: String) { try? file.append(Array(text.utf8)) }

    /// Adds what a program said and how it ended.
    package func log(_ finished: Finished) {
        for text in [finished.output, finished.error] where !text.isEmpty {
            log(Self.shortened(text) + (text.hasSuffix("\n") ? "" : "\n"))
        }
        let end = finished.status.map { "status \($0)" } ?? "ended for want of time"
        log("-- \(end), \((finished.seconds * 10).rounded() / 10) s\n")
    }

    private static func shortened(_ text: String) -> String {
        let bytes = Array(text.utf8)
        guard bytes.count > kept.first + kept.last else { return text }
        let left = bytes.count - kept.first - kept.last
        return String(decoding: bytes.prefix(kept.first), as: UTF8.self) + "\n… \(left) bytes left out …\n"
            + String(decoding: bytes.suffix(kept.last), as: UTF8.self)
    }
}
