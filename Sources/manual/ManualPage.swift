/// The manual page of one command.
struct ManualPage {
    /// `mammo-infer` of `mammo infer`.
    let name: String
    private let words: String
    private let command: ToolInfo.Command
    private let date: String
    private let version: String
    private let formats: FileFormats

    init(
        _ command: ToolInfo.Command, below parents: [String], date: String, version: String, formats: FileFormats
    ) {
        self.command = command
        self.date = date
        self.version = version
        self.formats = formats
        name = (parents + [command.commandName]).joined(separator: "-")
        words = (parents + [command.commandName]).joined(separator: " ")
    }

    private var arguments: [ToolInfo.Argument] { (command.arguments ?? []).filter(\.shouldDisplay) }
    private var subcommands: [ToolInfo.Command] { (command.subcommands ?? []).filter { $0.commandName != "help" } }

    /// The page in roff.
    var text: String {
        var roff = Roff()
        roff.macro("TH", name.uppercased(), "1", date, version, "User Commands")
        roff.macro("SH", "NAME")
        let abstract = command.abstract.hasSuffix(".") ? String(command.abstract.dropLast()) : command.abstract
        roff.raw("\(Roff.escaped(name)) \\- \(Roff.escaped(abstract))")
        synopsis(&roff)
        description(&roff)
        if !subcommands.isEmpty { commands(&roff) }
        options(&roff)
        files(&roff)
        exitStatus(&roff)
        seeAlso(&roff)
        return roff.text
    }

    private func synopsis(_ roff: inout Roff) {
        roff.macro("SH", "SYNOPSIS")
        guard subcommands.isEmpty else {
            return roff.raw("\(Roff.bold(words)) \(Roff.italic("command")) [\(Roff.italic("options"))]")
        }
        var parts = [Roff.bold(words)]
        for argument in arguments where argument.kind != .flag && !argument.isOptional { parts.append(usage(argument)) }
        parts.append("[\(Roff.italic("options"))]")
        for argument in arguments where argument.kind == .positional && argument.isOptional {
            parts.append("[\(usage(argument))]")
        }
        roff.raw(parts.joined(separator: " "))
    }

    private func usage(_ argument: ToolInfo.Argument) -> String {
        let value = Roff.italic(argument.valueName ?? "value") + (argument.isRepeating ? " ..." : "")
        return argument.kind == .positional ? value : "\(Roff.bold(argument.names?.last?.text ?? "")) \(value)"
    }

    /// Prose as such; lines that are set in by two blanks as they are. What stands below EXAMPLES becomes a section.
    private func description(_ roff: inout Roff) {
        roff.macro("SH", "DESCRIPTION")
        roff.line(command.abstract)
        var isSetIn = false
        var isAfterBlank = false
        for line in (command.discussion ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "EXAMPLES" {
                roff.macro("SH", "EXAMPLES")
                isAfterBlank = false
                continue
            }
            if line.isEmpty {
                isAfterBlank = true
                continue
            }
            let setsIn = line.hasPrefix("  ")
            if isSetIn && !setsIn {
                roff.macro("fi")
                roff.macro("RE")
                // The prose that follows the examples is no example.
                if isAfterBlank { roff.macro("SH", "NOTES") }
            } else if !isSetIn && setsIn {
                roff.macro("RS", "4")
                roff.macro("nf")
            } else if isAfterBlank {
                roff.macro("PP")
            }
            (isSetIn, isAfterBlank) = (setsIn, false)
            roff.line(setsIn ? String(line.dropFirst(2)) : String(line))
        }
        if isSetIn {
            roff.macro("fi")
            roff.macro("RE")
        }
    }

    private func commands(_ roff: inout Roff) {
        roff.macro("SH", "COMMANDS")
        for subcommand in subcommands {
            roff.macro("TP")
            roff.raw("\(Roff.bold("\(name)-\(subcommand.commandName)"))(1)")
            roff.line(subcommand.abstract)
        }
    }

    private func options(_ roff: inout Roff) {
        var section: String?
        roff.macro("SH", "OPTIONS")
        for argument in arguments {
            if let title = argument.sectionTitle, title != section {
                roff.macro("SS", title)
                section = title
            }
            roff.macro("TP")
            let names = (argument.names ?? []).map { Roff.bold($0.text) }.joined(separator: ", ")
            let value = Roff.italic(argument.valueName ?? "value")
            switch argument.kind {
            case .flag: roff.raw(names)
            case .option: roff.raw("\(names) \(value)")
            case .positional: roff.raw(value)
            }
            roff.line(argument.abstract ?? "")
            if let discussion = argument.discussion { roff.line(discussion) }
            if let values = argument.allValues, !values.isEmpty {
                roff.line("One of \(values.joined(separator: ", ")).")
            }
            if let standard = argument.defaultValue, argument.kind != .flag { roff.line("Default: \(standard).") }
            if argument.isRepeating { roff.line("May be given several times.") }
        }
    }

    private func files(_ roff: inout Roff) {
        let sections = formats.sections(of: command.commandName)
        guard !sections.isEmpty else { return }
        roff.macro("SH", "FILES AND JSON")
        for section in sections {
            roff.macro("SS", section.title.replacing("`", with: ""))
            roff.markdown(section.lines)
        }
    }

    private func exitStatus(_ roff: inout Roff) {
        roff.macro("SH", "EXIT STATUS")
        for (status, meaning) in [
            ("0", "All was done."), ("1", "Nothing could be done."), ("3", "Some inputs failed."),
            ("64", "The arguments are wrong."), ("69", "The device asked for is not available."),
            ("130", "Interrupted; what was done is kept."),
        ] {
            roff.macro("TP")
            roff.raw(status)
            roff.line(meaning)
        }
    }

    private func seeAlso(_ roff: inout Roff) {
        roff.macro("SH", "SEE ALSO")
        roff.raw("\(Roff.bold(name.split(separator: "-").first.map(String.init) ?? name))(1)")
    }
}
