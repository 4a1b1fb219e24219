import MammoBase
import Synchronization

/// The failures of a batch, on standard error: the first of each kind by name, the others of the kind as a number at the end, so
/// that fifty thousand files of a kind do not hide the one that is different.
final class FailureLines: Sendable {
    /// How many of a kind are named.
    static let mostNamed = 5

    private let command: String
    private let unit: String
    /// How many there were of each kind, and the last of them.
    private let kinds = Mutex([String: (count: Int, last: String)]())

    /// No failures yet.
    ///
    /// - Parameters:
    ///   - command: Begins each line.
    ///   - unit: What fails: `image`.
    init(_ command: String, unit: String) { (self.command, self.unit) = (command, unit) }

    /// Names a failure through `say`, unless enough of its kind were named.
    ///
    /// - Parameters:
    ///   - input: The file.
    ///   - reason: What is wrong with it.
    ///   - say: Prints a line.
    func add(_ input: String, _ reason: String, say: (String) -> Void) {
        let kind = Self.kind(of: reason, input)
        let count = kinds.withLock { kinds in
            let count = (kinds[kind]?.count ?? 0) + 1
            kinds[kind] = (count, reason)
            return count
        }
        if count <= Self.mostNamed { say("mammo \(command): \(Self.line(input, reason))") }
    }

    /// How many more there were of each kind that was named often enough, the most frequent first.
    var summary: [String] {
        kinds.withLock { kinds in
            kinds.values.filter { $0.count > Self.mostNamed }
                .sorted { ($0.count, $0.last) > ($1.count, $1.last) }
                .map { kind in
                    "mammo \(command): \((kind.count - Self.mostNamed).of("more \(unit)")) failed in the same way, "
                        + "the last: \(kind.last)"
                }
        }
    }

    /// A reason that names its file stands by itself.
    private static func line(_ input: String, _ reason: String) -> String {
        reason.hasPrefix(input) ? reason : "\(input): \(reason)"
    }

    /// Reasons are of a kind where they are alike but for the file and numbers.
    private static func kind(of reason: String, _ input: String) -> String {
        var kind = ""
        for character in reason.replacing(input, with: "") {
            guard character.isNumber else {
                kind.append(character)
                continue
            }
            if kind.last != "#" { kind.append("#") }
        }
        return kind
    }
}
