import ArgumentParser

/// What `-h` prints: a line for each option, and two examples.
struct ShortHelp {
    private let command: CommandDescription

    /// Where the help of an option begins.
    private static let indent = 29

    init(_ command: any ParsableCommand.Type) {
        self.command = CommandDescription(of: command)
    }

    func text(columns: Int) -> String {
        var lines = HelpDiscussion.wrapped(command.abstract, to: columns) + ["", "USAGE: \(command.usage)"]
        for section in sections {
            lines += ["", "\(section.title):"] + Self.lines(section.arguments, columns: columns)
        }
        let examples = HelpDiscussion(command.discussion ?? "").examples.prefix(2)
        lines += ["", "EXAMPLES"] + examples.flatMap { $0 }
        lines += ["", "'mammo \(command.commandName) --help' explains all of it."]
        return lines.joined(separator: "\n")
    }

    /// The arguments by their titles: positional ones, those with a title, and the others.
    private var sections: [(title: String, arguments: [CommandDescription.Argument])] {
        var sections: [(title: String, arguments: [CommandDescription.Argument])] = []
        let positional = command.arguments.filter { $0.kind == .positional }
        let others = command.arguments.filter { $0.kind != .positional }
        let (titled, plain) = (others.filter { $0.sectionTitle != nil }, others.filter { $0.sectionTitle == nil })
        if !positional.isEmpty { sections.append(("ARGUMENTS", positional)) }
        for argument in titled {
            let title = (argument.sectionTitle ?? "").uppercased()
            if let place = sections.firstIndex(where: { $0.title == title }) {
                sections[place].arguments.append(argument)
            } else {
                sections.append((title, [argument]))
            }
        }
        return sections + [("OPTIONS", plain)]
    }

    /// A line for each argument; a flag and its opposite share one.
    static func lines(_ arguments: [CommandDescription.Argument], columns: Int) -> [String] {
        let names = Set(arguments.flatMap(\.spelledNames))
        return arguments.filter(\.shouldDisplay).compactMap { argument in
            let name = argument.spelledNames.last ?? ""
            guard !name.hasPrefix("--no-") || !names.contains("--\(name.dropFirst(5))") else { return nil }
            let label = "  " + Self.label(argument, hasOpposite: names.contains("--no-\(name.dropFirst(2))"))
            let blanks = String(repeating: " ", count: max(2, indent - label.count))
            let (help, standard) = Self.parts(of: argument)
            // Values and default stand there as far as the line has room.
            let details = Self.details(argument.allValues, standard)
            return details.map { label + blanks + help + $0 }.first { $0.count <= columns } ?? label + blanks + help
        }
    }

    private static func label(_ argument: CommandDescription.Argument, hasOpposite: Bool) -> String {
        let value = "<\(argument.valueName ?? "value")>"
        let names = argument.spelledNames.joined(separator: ", ")
        switch argument.kind {
        case .positional: return value + (argument.isRepeating ? " ..." : "")
        case .option: return "\(names) \(value)"
        case .flag: return hasOpposite ? "--[no-]\(names.dropFirst(2))" : names
        }
    }

    /// The help and the default, which options without a value of their own have in their help.
    private static func parts(of argument: CommandDescription.Argument) -> (help: String, standard: String?) {
        let help = argument.abstract ?? ""
        if let found = help.wholeMatch(of: /(.*) \((default: .*)\)/) { return (String(found.1), String(found.2)) }
        return (help, argument.kind == .flag ? nil : argument.defaultValue.map { "default: \($0)" })
    }

    /// What may stand behind the help, the longest first.
    private static func details(_ values: [String]?, _ standard: String?) -> [String] {
        let whole = [values?.joined(separator: ", "), standard].compactMap { $0 }.joined(separator: "; ")
        return [whole, standard ?? ""].filter { !$0.isEmpty }.map { " (\($0))" }
    }
}
