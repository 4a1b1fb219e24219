/// What keeps `mammo run` from beginning: the key and its line in the settings file, what is wrong, and what to do.
package struct RunProblem: Error, Equatable, Sendable, CustomStringConvertible {
    /// The settings file.
    package let path: String
    /// The key's line, counted from 1; nil where the file does not have the key.
    package let line: Int?
    /// The key; nil where none is to blame.
    package let key: String?
    /// What was found, what was expected, and what to do.
    package let reason: String
    /// Whether what is missing is a device, and no setting is wrong.
    package let isDevice: Bool

    package init(path: String, line: Int?, key: String?, reason: String, isDevice: Bool = false) {
        (self.path, self.line, self.key, self.reason, self.isDevice) = (path, line, key, reason, isDevice)
    }

    /// One line: `run.yaml:3: csv: …`.
    package var description: String {
        path + (line.map { ":\($0)" } ?? "") + (key.map { ": \($0)" } ?? "") + ": \(reason)"
    }
}

/// All that was found at once.
package struct RunProblems: Error, Sendable {
    /// At least one, in the file's order.
    package let all: [RunProblem]

    /// - Parameter problems: In any order.
    package init(_ problems: [RunProblem]) {
        all = problems.enumerated().sorted {
            ($0.element.line ?? .max, $0.offset) < ($1.element.line ?? .max, $1.offset)
        }.map(\.element)
    }
}
