import MammoData

/// The `key: value` lines of a YAML file: what each known key holds and on which line, and what is wrong with the others.
package struct SettingLines: Sendable {
    /// Where they were read from.
    package let path: String
    /// The value of each key, nil for YAML's null, and its line, counted from 1.
    package private(set) var values: [String: (text: String?, line: Int)] = [:]
    /// Every line that cannot be used; one alone where the text is no YAML.
    package private(set) var problems: [DataError] = []

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - path: Where it comes from, for messages.
    ///   - keys: The keys that there are.
    package init(_ bytes: [UInt8], path: String, keys: [String]) {
        self.path = path
        guard let text = String(validating: bytes, as: UTF8.self) else {
            problems = [.table(path: path, reason: "bytes that are not UTF-8; save the file as UTF-8")]
            return
        }
        do throws(YAMLPairs.Problem) {
            for pair in try YAMLPairs(text).pairs { add(pair, keys) }
        } catch {
            problems = [.line(path: path, line: error.line, reason: error.reason)]
        }
    }

    private mutating func add(_ pair: YAMLPairs.Pair, _ keys: [String]) {
        func refuse(_ reason: String) { problems.append(.line(path: path, line: pair.line, reason: reason)) }
        guard let key = pair.key.text, keys.contains(key) else {
            return refuse(Self.unknown(pair.key.text ?? "a list or mapping", keys))
        }
        if let earlier = values[key] { return refuse("\(key) is already on line \(earlier.line); remove one") }
        guard case .scalar(let text, let isPlain) = pair.value else {
            return refuse("\(key) is a list or mapping, expected one value")
        }
        values[key] = (isPlain && YAMLWord.nulls.contains(text) ? nil : text, pair.line)
    }

    private static func unknown(_ name: String, _ keys: [String]) -> String {
        guard let nearest = NearestName.of(name, in: keys) else {
            return "'\(name)' is not a key; the keys are \(keys.sorted().joined(separator: ", "))"
        }
        return "'\(name)' is not a key; did you mean \(nearest)?"
    }
}
