import ArgumentParser

/// Finds commands and options that do not exist, before anything else is looked at.
enum UnknownWords {
    /// Names that the parser understands besides those of the commands.
    private static let ofParser = ["--generate-completion-script", "--experimental-dump-help", "--help-hidden"]

    /// Refuses the first word that is unknown.
    ///
    /// - Throws: `ValidationError`, with the name that was probably meant.
    static func check(_ words: ArgumentWords) throws(ValidationError) {
        // The shell's request for completions.
        if words.all.first == "---completion" { return }
        let ofProgram = CommandDescription(of: Mammo.self).arguments.flatMap(\.spelledNames) + ofParser
        try check(words.beforeCommand, among: ofProgram)
        guard let name = words.commandName else { return }
        guard let command = words.command else {
            // `--generate-completion-script bash`: the word is a value.
            if words.beforeCommand.contains("--generate-completion-script") { return }
            let unknown = name == "help" ? words.behindCommand.first ?? name : name
            throw ValidationError("\(unknown) is not a command" + Suggestion.text(Suggestion.command(for: unknown)))
        }
        let ofCommand = CommandDescription(of: command).arguments.flatMap(\.spelledNames)
        try check(words.behindCommand, among: ofCommand, and: ofProgram)
    }

    private static func check(
        _ words: ArraySlice<String>, among names: [String], and hidden: [String] = []
    ) throws(ValidationError) {
        for word in words.prefix(while: { $0 != "--" }) where word.hasPrefix("-") && word != "-" {
            if ArgumentWords.isNegativeNumber(word) { continue }
            let name = String(word.prefix { $0 != "=" })
            if names.contains(name) || hidden.contains(name) { continue }
            throw ValidationError("\(name) is not an option" + Suggestion.text(Suggestion.option(for: name, in: names)))
        }
    }
}
