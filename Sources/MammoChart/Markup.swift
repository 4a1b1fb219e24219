import MammoBase

/// Text for HTML and SVG.
package enum Markup {
    /// With the characters that would end a text or an attribute written as entities.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    /// A coordinate, to a tenth.
    static func number(_ value: Double) -> String { value.decimals(1) }
}
