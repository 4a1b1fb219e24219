/// What `--experimental-dump-help` of swift-argument-parser says of a program; the parts that a manual page needs.
struct ToolInfo: Decodable {
    let command: Command

    /// A command and what is below it.
    struct Command: Decodable {
        let abstract: String
        let arguments: [Argument]?
        let commandName: String
        let discussion: String?
        let subcommands: [Command]?
    }

    /// An option, a flag or a positional argument.
    struct Argument: Decodable {
        enum Kind: String, Decodable { case option, flag, positional }

        struct Name: Decodable {
            enum Kind: String, Decodable { case long, short, longWithSingleDash }

            let kind: Kind
            let name: String

            var text: String { (kind == .long ? "--" : "-") + name }
        }

        let abstract: String?
        let allValues: [String]?
        let defaultValue: String?
        let discussion: String?
        let isOptional: Bool
        let isRepeating: Bool
        let kind: Kind
        let names: [Name]?
        let sectionTitle: String?
        let shouldDisplay: Bool
        let valueName: String?
    }
}
