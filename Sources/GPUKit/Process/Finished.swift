import MammoBase

/// What has become of a program.
package struct Finished: Equatable, Sendable {
    package enum End: Equatable, Sendable {
        case itself(ChildProcess.End)
        case timedOut(Double)
    }

    package var end: End
    package var output: String
    package var error: String
    package var seconds: Double
    package var program: String

    package init(end: End, output: String, error: String, seconds: Double, program: String) {
        (self.end, self.output, self.error) = (end, output, error)
        (self.seconds, self.program) = (seconds, program)
    }

    /// Its exit status, 128 and the signal's number where a signal has ended it, as a shell counts; nil where its time was
    /// over.
    package var status: Int32? {
        switch end {
        case .itself(.exited(let status)): status
        case .itself(.signalled(let signal)): 128 + signal
        case .timedOut: nil
        }
    }

    /// The last line of what it said, errors first.
    package var lastLine: String {
        for text in [error, output] {
            if let line = text.split(separator: "\n").last(where: { !$0.allSatisfy(\.isWhitespace) }) {
                return String(line.prefix(400))
            }
        }
        return "it said nothing"
    }

    /// Both outputs.
    package var text: String { output + error }

    /// - Throws: `StepProblem.timedOut`, or `.failed` with what it said, where it did not succeed.
    package func check() throws(StepProblem) {
        guard let status else { throw .timedOut(seconds) }
        guard status == 0 else { throw .failed("\(name) ended with status \(status): \(lastLine)") }
    }

    /// The program's name without its folder.
    package var name: String { program.split(separator: "/").last.map(String.init) ?? program }
}
