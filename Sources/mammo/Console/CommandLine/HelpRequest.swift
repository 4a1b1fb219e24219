import ArgumentParser

/// That help is wanted instead of work: `-h` in short, `--help` at length, `mammo help train`, or `mammo` by itself.
struct HelpRequest {
    /// The command; nil for the program.
    let command: (any ParsableCommand.Type)?
    /// Whether all of it is wanted.
    let isLong: Bool

    /// Nil where no help is asked for, or that of a command that does not exist.
    init?(_ words: ArgumentWords) {
        let options = words.all.prefix { $0 != "--" }
        if words.commandName == "help" {
            let name = words.behindCommand.first { !$0.hasPrefix("-") }
            command = name.flatMap(Mammo.command(named:))
            isLong = true
            guard command != nil || name == nil else { return nil }
        } else if let asked = options.first(where: { $0 == "-h" || $0 == "--help" }) {
            (command, isLong) = (words.command, asked == "--help")
            guard command != nil || words.commandName == nil else { return nil }
        } else {
            (command, isLong) = (nil, false)
            guard words.all.isEmpty else { return nil }
        }
    }

    /// The page, wrapped.
    func text(columns: Int) -> String {
        // The parser takes a column for each label and has to have some left.
        let columns = max(columns, 40)
        guard let command else { return ProgramHelp(isLong: isLong).text(columns: columns) }
        guard isLong else { return ShortHelp(command).text(columns: columns) }
        // The parser's own synopsis has up to twelve options on a line that is not wrapped.
        return Mammo.helpMessage(for: command, columns: columns).replacing(
            "USAGE: \(Mammo.usageString(for: command))\n", with: "USAGE: \(CommandDescription(of: command).usage)\n")
    }
}
