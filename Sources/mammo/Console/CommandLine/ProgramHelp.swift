import ArgumentParser

/// The help of `mammo` itself: the commands in their groups come first.
struct ProgramHelp {
    let isLong: Bool

    func text(columns: Int) -> String {
        let program = CommandDescription(of: Mammo.self)
        let discussion = HelpDiscussion(program.discussion ?? "")
        let groups = Mammo.configuration.groupedSubcommands
        let width = groups.flatMap(\.subcommands).map { $0._commandName.count }.max() ?? 0
        var lines = [program.abstract, "", "USAGE: mammo <command> [<options>]"]
        for group in groups {
            lines += ["", "\(group.name.uppercased()):"]
            lines += group.subcommands.map { command in
                let name = command._commandName
                let blanks = String(repeating: " ", count: width + 2 - name.count)
                return "  \(name)\(blanks)\(command.configuration.abstract)"
            }
        }
        lines += ["", "OPTIONS:"] + ShortHelp.lines(program.arguments, columns: columns)
        lines += ["", "EXAMPLE"] + discussion.examples.flatMap { $0 }
        lines += ["", "'mammo <command> -h' lists a command's options, '--help' explains them."]
        if isLong { lines += discussion.paragraphs.flatMap { [""] + HelpDiscussion.wrapped($0, to: columns) } }
        return lines.joined(separator: "\n")
    }
}
