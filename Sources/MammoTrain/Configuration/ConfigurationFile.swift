import MammoData

/// A configuration as YAML: `key: value`, keys in snake_case. `config.yaml` of a run has all of them, sorted; a file of
/// one's own has those that matter.
public struct ConfigurationFile: Sendable {
    private let lines: SettingLines

    /// Where it was read from.
    public var path: String { lines.path }
    /// The keys it names.
    public var keys: Set<String> { Set(lines.values.keys) }

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
        lines = SettingLines(bytes, path: path, keys: ConfigurationKey.all.map(\.name))
        if let problem = lines.problems.first { throw problem }
        var trial = TrainingConfiguration()
        try apply(to: &trial)
    }

    /// Puts the file's values in place of a configuration's.
    ///
    /// - Parameter configuration: What has them afterwards; keys that the file does not name stay.
    /// - Throws: `DataError.line` where a value is not what its key takes or lies outside what it can be.
    public func apply(to configuration: inout TrainingConfiguration) throws(DataError) {
        for key in ConfigurationKey.all {
            guard let (text, line) = lines.values[key.name] else { continue }
            if let expected = key.read(&configuration, text) {
                throw .line(path: path, line: line, reason: "\(key.name) is \(text ?? "null"), expected \(expected)")
            }
            if let problem = key.problem(configuration) {
                throw .line(path: path, line: line, reason: problem.description)
            }
        }
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
