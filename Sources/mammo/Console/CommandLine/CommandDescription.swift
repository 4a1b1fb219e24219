import ArgumentParser
import FoundationEssentials

/// A command as swift-argument-parser describes it: names, values and help of its options.
package struct CommandDescription: Decodable {
    let commandName: String
    let abstract: String
    let discussion: String?
    package let arguments: [Argument]

    /// An option, a flag or a positional argument.
    package struct Argument: Decodable {
        package enum Kind: String, Decodable { case option, flag, positional }

        struct Name: Decodable {
            enum Kind: String, Decodable { case long, short, longWithSingleDash }

            let kind: Kind
            let name: String

            var spelled: String { (kind == .long ? "--" : "-") + name }
        }

        let abstract: String?
        let allValues: [String]?
        let defaultValue: String?
        let isOptional: Bool
        let isRepeating: Bool
        package let kind: Kind
        let names: [Name]?
        let sectionTitle: String?
        package let shouldDisplay: Bool
        package let valueName: String?

        /// The option, or the value of a positional argument, as it is typed.
        var synopsis: String {
            let value = "<\(valueName ?? "value")>"
            let whole = kind == .positional ? value : "\(spelledNames.last ?? "") \(value)"
            let repeated = whole + (isRepeating ? " ..." : "")
            return isOptional ? "[\(repeated)]" : repeated
        }

        /// Its names as they are typed.
        package var spelledNames: [String] { (names ?? []).map(\.spelled) }
    }

    private struct Dump: Decodable { let command: CommandDescription }

    package init(of command: any ParsableCommand.Type) {
        guard let dump = try? JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8)) else {
            preconditionFailure("swift-argument-parser describes commands in another form than 1.8 does")
        }
        self = dump.command
    }

    /// How it is called: with what it needs, other options in brief.
    var usage: String {
        let needed = arguments.filter { $0.kind == .option && !$0.isOptional }.map(\.synopsis)
        let positional = arguments.filter { $0.kind == .positional }.map(\.synopsis)
        return (["mammo \(commandName)"] + needed + ["[<options>]"] + positional).joined(separator: " ")
    }

    /// The option or flag with a name such as `--lr`.
    func argument(spelled name: String) -> Argument? { arguments.first { $0.spelledNames.contains(name) } }
}
