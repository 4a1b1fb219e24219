/// A program with its arguments.
package struct Command: Equatable, Sendable {
    /// A path, or a name that PATH has.
    package var program: String
    package var arguments: [String]
    /// What its environment has beside this process's, or in place of it.
    package var environment: [String: String]

    package init(_ program: String, _ arguments: [String], environment: [String: String] = [:]) {
        (self.program, self.arguments, self.environment) = (program, arguments, environment)
    }

    /// The same command under another program, as a profiler.
    package func under(_ program: String, _ arguments: [String]) -> Command {
        Command(program, arguments + [self.program] + self.arguments, environment: environment)
    }

    /// As a shell would take it.
    package var line: String {
        let assignments = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
        return (assignments + ([program] + arguments).map(Self.quoted)).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./,:=+@%".utf8.contains($0)
            }
        }
        if isPlain && !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
