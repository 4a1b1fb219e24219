import MammoData

/// A configuration as YAML: `key: value`, keys in snake_case. `config.yaml` of a run has all of them, sorted; a file of
/// one's own has those that matter.
public struct ConfigurationFile: Sendable {
    /// Where it was read from.
    public let path: String
    /// The keys it names.
    public let keys: Set<String>
    private let texts: [String: (text: String?, line: Int)]

    /// Reads a file.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError` with the line, where it is no YAML, a key is not known or a value is not what the key takes.
    public init(path: String) throws(DataError) {
        try self.init(Files.read(path), path: path)
    }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - path: Where it comes from, for messages.
    /// - Throws: `DataError`, as for a file.
    public init(_ bytes: [UInt8], path: String) throws(DataError) {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .table(path: path, reason: "bytes that are no UTF-8; save the file as UTF-8")
        }
        self.path = path
        var texts: [String: (text: String?, line: Int)] = [:]
        for pair in try Self.pairs(text, path) {
            let line = pair.line
            guard let key = pair.key.text, ConfigurationKey.all.contains(where: { $0.name == key }) else {
                throw .line(path: path, line: line, reason: Self.unknown(pair.key.text ?? "a list or mapping"))
            }
            guard case .scalar(let text, let isPlain) = pair.value else {
                throw .line(path: path, line: line, reason: "\(key) is a list or mapping, expected one value")
            }
            texts[key] = (isPlain && YAMLWord.nulls.contains(text) ? nil : text, line)
        }
        self.texts = texts
        keys = Set(texts.keys)
        var trial = TrainingConfiguration()
        try apply(to: &trial)
    }

    /// Puts the file's values in place of a configuration's.
    ///
    /// - Parameter configuration: What has them afterwards; keys that the file does not name stay.
    /// - Throws: `DataError.line` where a value is not what its key takes or lies outside what it can be.
    public func apply(to configuration: inout TrainingConfiguration) throws(DataError) {
        for key in ConfigurationKey.all {
            guard let (text, line) = texts[key.name] else { continue }
            if let expected = key.read(&configuration, text) {
                throw .line(path: path, line: line, reason: "\(key.name) is \(text ?? "null"), expected \(expected)")
            }
            if let problem = key.problem(configuration) {
                throw .line(path: path, line: line, reason: problem.description)
            }
        }
    }

    private static func pairs(_ text: String, _ path: String) throws(DataError) -> [YAMLPairs.Pair] {
        let pairs: [YAMLPairs.Pair]
        do throws(YAMLPairs.Problem) { pairs = try YAMLPairs(text).pairs } catch {
            throw .line(path: path, line: error.line, reason: error.reason)
        }
        let counts = Dictionary(grouping: pairs.compactMap(\.key.text)) { $0 }
        let repeated = counts.filter { $0.value.count > 1 }.keys.sorted()
        guard repeated.isEmpty else {
            throw .table(path: path, reason: "\(repeated.joined(separator: ", ")) stands there twice")
        }
        return pairs
    }

    private static func unknown(_ name: String) -> String {
        let names = ConfigurationKey.all.map(\.name)
        guard let nearest = NearestName.of(name, in: names) else {
            return "'\(name)' is no key; there are \(names.sorted().joined(separator: ", "))"
        }
        return "'\(name)' is no key; did you mean \(nearest)?"
    }
}

extension TrainingConfiguration {
    /// All keys and values as YAML, sorted: what `ConfigurationFile` reads back to the same bits.
    public var yaml: [UInt8] {
        YAMLWriter.mapping(
            ConfigurationKey.all.sorted { $0.name < $1.name }.map { key in
                guard let text = key.written(self) else { return (key.name, .plain("null")) }
                if case .text = key.hyperparameter(self) { return (key.name, .text(text)) }
                return (key.name, .plain(text))
            })
    }
}
