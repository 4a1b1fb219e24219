/// What YAML 1.1 takes a text without quotes for: https://yaml.org/type/.
enum YAMLWord {
    /// The nulls.
    static let nulls: Set<String> = ["", "~", "null", "Null", "NULL"]

    private static let others: Set<String> = [
        "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON",
        "off",
        "Off", "OFF", "<<", "=",
    ]

    /// Whether a text without quotes would be taken for a null, a truth value, a number or a time.
    static func isTakenForAnotherType(_ text: String) -> Bool {
        nulls.contains(text) || others.contains(text) || isInteger(text) || isFloat(text) || isTime(text)
    }

    private static func isInteger(_ text: String) -> Bool {
        let number =
            #/
            [-+]? (?: 0b[01_]+ | 0o?[0-7_]+ | 0 | [1-9][0-9_]* | 0x[0-9a-fA-F_]+ | [1-9][0-9_]* (?: :[0-5]?[0-9] )+ )
            /#
        return text.wholeMatch(of: number) != nil
    }

    private static func isFloat(_ text: String) -> Bool {
        let number =
            #/
            [-+]? [0-9][0-9_]* (?: \.[0-9_]* )? (?: [eE][-+]?[0-9]+ )?
            | \.[0-9_]+ (?: [eE][-+][0-9]+ )?
            | [-+]? [0-9][0-9_]* (?: :[0-5]?[0-9] )+ \.[0-9_]*
            | [-+]? \. (?: inf | Inf | INF )
            | \. (?: nan | NaN | NAN )
            /#
        return text.wholeMatch(of: number) != nil
    }

    private static func isTime(_ text: String) -> Bool {
        let time =
            #/
            [0-9]{4}-[0-9]{2}-[0-9]{2}
            | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2} (?: [Tt] | [\ \t]+ ) [0-9]{1,2}:[0-9]{2}:[0-9]{2} (?: \.[0-9]* )?
              (?: [\ \t]* (?: Z | [-+][0-9]{1,2} (?: :[0-9]{2} )? ) )?
            /#
        return text.wholeMatch(of: time) != nil
    }
}
