import MammoData
import Yams

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
        for (name, value) in try Self.pairs(text, path) {
            let line = name.mark?.line ?? 1
            guard let key = name.scalar?.string, ConfigurationKey.all.contains(where: { $0.name == key }) else {
                throw .line(path: path, line: line, reason: Self.unknown(name.scalar?.string ?? "a list or mapping"))
            }
            guard let scalar = value.scalar else {
                throw .line(path: path, line: line, reason: "\(key) is a list or mapping, expected one value")
            }
            let isNull = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            texts[key] = (isNull ? nil : scalar.string, line)
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

    private static func pairs(_ text: String, _ path: String) throws(DataError) -> [(Node, Node)] {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch {
            throw refusal(error, path)
        }
        guard let root else { return [] }
        // A file of comments alone is a null.
        if let scalar = root.scalar, scalar.string.isEmpty { return [] }
        guard let mapping = root.mapping else {
            throw .line(path: path, line: root.mark?.line ?? 1, reason: "no lines of key: value")
        }
        return mapping.map { ($0.key, $0.value) }
    }

    private static func refusal(_ error: any Error, _ path: String) -> DataError {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            .line(path: path, line: mark.line, reason: "no YAML: \(problem)")
        case .duplicatedKeysInMapping(let names, _):
            .table(path: path, reason: "\(names.sorted().joined(separator: ", ")) stands there twice")
        default:
            .table(path: path, reason: "no YAML: \(error)")
        }
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
        let pairs = ConfigurationKey.all.sorted { $0.name < $1.name }.map { key in
            (Node(key.name), Self.node(key.written(self), key.hyperparameter(self)))
        }
        // Texts, numbers and nulls: nothing that the emitter can refuse.
        return Array(((try? serialize(node: Node(pairs), width: -1, allowUnicode: true)) ?? "").utf8)
    }

    /// A text that would be taken for a number, a null or a truth value is put in quotes.
    private static func node(_ value: String?, _ kind: Hyperparameter?) -> Node {
        guard let value else { return Node("null", Tag(.null)) }
        guard case .text = kind else { return Node.scalar(.init(value, Tag(.implicit), .plain)) }
        let isPlain = Resolver.default.resolveTag(of: Node(value)) == .str
        return Node.scalar(.init(value, Tag(.str), isPlain ? .any : .doubleQuoted))
    }
}
