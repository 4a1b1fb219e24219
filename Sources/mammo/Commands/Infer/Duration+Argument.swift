import ArgumentParser

/// A time as `9h`, `90m`, `45s` or `1h30m`.
extension Duration: @retroactive ExpressibleByArgument {
    /// Hours, minutes and seconds, each with its letter; nil for anything else.
    public init?(argument: String) {
        var seconds = 0.0
        var digits = ""
        for character in argument {
            if character.isNumber || character == "." {
                digits.append(character)
                continue
            }
            let units: [Character: Double] = ["h": 3600, "m": 60, "s": 1]
            guard let unit = units[character], let count = Double(digits) else { return nil }
            seconds += count * unit
            digits = ""
        }
        guard digits.isEmpty, seconds > 0, seconds < 1e9 else { return nil }
        self = .seconds(seconds)
    }
}
