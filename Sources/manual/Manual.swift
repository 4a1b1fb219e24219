import Foundation

/// Writes a manual page for a program and each of its commands: `program --experimental-dump-help | manual FOLDER DATE
/// VERSION FORMATS`, where FORMATS is Documentation/formats.md. Scripts/manual is what a person types.
@main
enum Manual {
    static func main() throws {
        guard CommandLine.arguments.count == 5 else {
            try FileHandle.standardError.write(
                contentsOf: Data("usage: manual FOLDER DATE VERSION FORMATS.md <help.json\n".utf8))
            exit(64)
        }
        let (folder, date, version) = (CommandLine.arguments[1], CommandLine.arguments[2], CommandLine.arguments[3])
        let formats = try FileFormats(markdown: String(contentsOfFile: CommandLine.arguments[4], encoding: .utf8))
        let input = try FileHandle.standardInput.readToEnd() ?? Data()
        let tool = try JSONDecoder().decode(ToolInfo.self, from: input)
        try write(tool.command, below: [], to: folder, date, version, formats)
    }

    private static func write(
        _ command: ToolInfo.Command, below parents: [String], to folder: String, _ date: String, _ version: String,
        _ formats: FileFormats
    ) throws {
        guard command.commandName != "help" else { return }
        let page = ManualPage(command, below: parents, date: date, version: version, formats: formats)
        try Data(page.text.utf8).write(to: URL(filePath: "\(folder)/\(page.name).1"), options: .atomic)
        for subcommand in command.subcommands ?? [] {
            try write(subcommand, below: parents + [command.commandName], to: folder, date, version, formats)
        }
    }
}
