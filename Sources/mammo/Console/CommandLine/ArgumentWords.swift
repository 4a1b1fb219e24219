import ArgumentParser

/// The words of the command line, as far as they can be told apart before they are parsed.
struct ArgumentWords {
    /// All of them, without the program's name.
    let all: [String]
    /// The place of the first word that is no option: the command's name, since `mammo` itself takes no values.
    private let place: Int?

    init(_ arguments: [String]) {
        all = arguments
        place = arguments.firstIndex { !$0.hasPrefix("-") }
    }

    /// The name of the command, whether or not there is such a command.
    var commandName: String? { place.map { all[$0] } }

    /// The command; nil where none is named, or none is called so.
    var command: (any ParsableCommand.Type)? { commandName.flatMap(Mammo.command(named:)) }

    /// What an error message begins with: `mammo train`.
    var program: String { command.map { "mammo \($0._commandName)" } ?? "mammo" }

    /// What stands before the command's name.
    var beforeCommand: ArraySlice<String> { all[..<(place ?? all.endIndex)] }

    /// What stands behind the command's name.
    var behindCommand: ArraySlice<String> { place.map { all[($0 + 1)...] } ?? [] }

    /// All words for the parser. A negative number behind an option that takes a value is joined to it, since the parser
    /// takes any word that begins with a hyphen for an option.
    var forParser: [String] {
        guard let command, all.contains(where: Self.isNegativeNumber) else { return all }
        let options = CommandDescription(of: command).arguments.filter { $0.kind == .option }
        let names = Set(options.flatMap(\.spelledNames))
        return all.reduce(into: []) { words, word in
            if let last = words.last, names.contains(last), Self.isNegativeNumber(word) {
                words[words.count - 1] = "\(last)=\(word)"
            } else {
                words.append(word)
            }
        }
    }

    static func isNegativeNumber(_ word: String) -> Bool { word.hasPrefix("-") && Double(word) != nil }
}

extension Mammo {
    /// The command with a name.
    package static func command(named name: String) -> (any ParsableCommand.Type)? {
        configuration.subcommands.first { $0._commandName == name }
    }
}
