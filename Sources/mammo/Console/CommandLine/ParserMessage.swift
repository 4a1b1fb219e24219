import ArgumentParser

/// A message of swift-argument-parser's in the form that all messages have: what is wrong, what was expected, what to do, on
/// one line that has no point at its end.
struct ParserMessage {
    let text: String

    /// - Parameters:
    ///   - message: Without usage.
    ///   - command: The command that was parsed; nil for the program.
    init(_ message: String, _ command: (any ParsableCommand.Type)?) {
        let form = { (option: String) in command.flatMap { ValueForm.expected(of: option, in: $0) } }
        text = Self.line(Self.rewritten(message, form) ?? message)
    }

    private static func rewritten(_ message: String, _ form: (String) -> String?) -> String? {
        if let found = message.wholeMatch(of: /Missing expected argument '(--[^ ']+)( <.+>)?(?: \.\.\.)?'/) {
            return "\(found.1) is not given, expected \(found.1)\(found.2 ?? "")"
        }
        if let found = message.wholeMatch(of: /Missing expected argument '(<.+>)(?: \.\.\.)?'/) {
            return "no \(found.1) is given"
        }
        if let found = message.wholeMatch(of: /Missing value for '(-[^ ']+)(?: <(.+)>)?'/) {
            let expected = form(String(found.1)) ?? found.2.map { "<\($0)>" }
            return "\(found.1) has no value" + (expected.map { ", expected \($0)" } ?? "")
        }
        if let found = message.wholeMatch(of: /(?s)The value '(.*)' is invalid for '(-[^ ']+)(?: <[^>]*>)?'(.*)/) {
            return invalid(String(found.1), for: String(found.2), because: String(found.3), form)
        }
        if let found = message.wholeMatch(of: /The option '(.+)' does not take any value, but '(.*)' was specified\./) {
            return "\(found.1) is \(found.2), expected no value"
        }
        if let found = message.wholeMatch(of: /(?:Unexpected argument|\d+ unexpected arguments:) (.+)/) {
            return "unexpected \(found.1); each value follows its option"
        }
        if let found = message.wholeMatch(of: /Invalid option: (.+)/) { return "\(found.1) is not an option" }
        if let found = message.prefixMatch(of: /Can't generate completion scripts for '(.+)'/) {
            let shells = CompletionShell.allCases.map(\.rawValue).sorted()
            return "--generate-completion-script is \(found.1), expected \(ValueForm.list(shells))"
        }
        return nil
    }

    private static func invalid(
        _ value: String, for option: String, because reason: String, _ form: (String) -> String?
    ) -> String {
        if reason.hasPrefix(": ") { return "\(option) is \(value): \(reason.dropFirst(2))" }
        guard let expected = form(option) else { return "\(option) cannot be '\(value)'" }
        return "\(option) is \(value.isEmpty ? "empty" : value), expected \(expected)"
    }

    /// One line without a point at its end.
    private static func line(_ text: String) -> String {
        let line = text.split(separator: "\n").joined(separator: " ")
        return line.hasSuffix(".") && !line.hasSuffix("..") ? String(line.dropLast()) : line
    }
}
