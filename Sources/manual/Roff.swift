/// Text as roff reads it, with the macros of man(7).
struct Roff {
    private(set) var text = ""

    /// A request or macro with its arguments, whose hyphens are those of words and dates.
    mutating func macro(_ name: String, _ arguments: String...) {
        let quoted = arguments.map {
            "\"\($0.replacing("\\", with: "\\e").replacing("\"", with: "\\(dq"))\""
        }
        text += ([".\(name)"] + quoted).joined(separator: " ") + "\n"
    }

    /// A line of prose, or one that stays as it is between `.nf` and `.fi`.
    mutating func line(_ words: String) { raw(Self.escaped(words)) }

    /// A line that is escaped already. A point or an apostrophe at its beginning would be taken for a macro.
    mutating func raw(_ line: String) {
        text += (line.hasPrefix(".") || line.hasPrefix("'") ? "\\&" : "") + line + "\n"
    }

    /// In bold, as what is typed.
    static func bold(_ words: String) -> String { "\\fB\(escaped(words))\\fP" }

    /// In italics, as what is put in its place.
    static func italic(_ words: String) -> String { "\\fI\(escaped(words))\\fP" }

    /// Hyphens stay such as can be copied into a shell.
    static func escaped(_ words: String) -> String {
        words.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("~", with: "\\(ti")
            .replacing("^", with: "\\(ha").replacing("`", with: "\\(ga")
    }
}
