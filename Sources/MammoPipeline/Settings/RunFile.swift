import MammoData
import MammoTrain

/// A settings file; lines that cannot be read become problems.
package struct RunFile: Sendable {
    /// Where it was read from.
    package let path: String
    /// The settings; where a value cannot be used, the default.
    package private(set) var settings = RunSettings()
    /// Every line that cannot be used.
    package private(set) var problems: [RunProblem] = []
    /// What a person should change in the file some day, a line each.
    package private(set) var notes: [String] = []
    private var lines: [String: Int] = [:]

    /// The key of older files that holds options of `mammo preprocess`.
    private static let preprocess = "preprocess"

    /// Reads a file.
    ///
    /// - Parameter path: The file.
    /// - Throws: `DataError.unreadable`.
    package init(path: String) throws(DataError) { self.init(try Files.read(path), path: path) }

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - path: Where it comes from, for messages.
    package init(_ bytes: [UInt8], path: String) {
        self.path = path
        let names = RunKey.all.map(\.name) + [Self.preprocess, "folds_file"]
        let found = SettingLines(bytes, path: path, keys: names)
        problems = found.problems.map { problem in
            guard case .line(_, let line, let reason) = problem else {
                return RunProblem(path: path, line: nil, key: nil, reason: "\(problem)")
            }
            return RunProblem(path: path, line: line, key: nil, reason: reason)
        }
        lines = found.values.mapValues(\.line)
        if let options = found.values[Self.preprocess]?.text { take(options: options) }
        if found.values["folds_file"] != nil {
            refuse("folds_file", "the folds are made by mammo run; give folds and fold, and remove this line")
        }
        for key in RunKey.all {
            guard let value = found.values[key.name] else { continue }
            take(value.text, for: key)
        }
    }

    /// The line that a key stands on, counted from 1; nil where the file does not have it.
    package func line(of key: String) -> Int? { lines[key] }

    /// A problem with a key.
    package func problem(_ key: String, _ reason: String, isDevice: Bool = false) -> RunProblem {
        RunProblem(path: path, line: lines[key], key: key, reason: reason, isDevice: isDevice)
    }

    private mutating func refuse(_ key: String, _ reason: String) { problems.append(problem(key, reason)) }

    private mutating func take(_ text: String?, for key: RunKey) {
        guard let expected = key.read(&settings, text) else { return }
        refuse(key.name, "found \(text ?? "null"), expected \(expected)")
    }

    /// Options of `mammo preprocess` in one text, `--decode reduced --roi robust`: each is the key of its name.
    private mutating func take(options: String) {
        let words = options.split(whereSeparator: \.isWhitespace).flatMap {
            $0.split(separator: "=", maxSplits: 1).map(String.init)
        }
        var written: [String] = []
        for place in stride(from: 0, to: words.count, by: 2) {
            let name = words[place].drop { $0 == "-" }.map { $0 == "-" ? "_" : String($0) }.joined()
            guard let key = RunKey.pixels.first(where: { $0.name == name }), place + 1 < words.count else {
                let names = RunKey.pixels.map(\.name).joined(separator: ", ")
                return refuse(
                    Self.preprocess, "found '\(words[place])', expected keys of their own instead of options: \(names)")
            }
            if let line = lines[name] {
                return refuse(Self.preprocess, "'\(words[place])' and the key \(name) on line \(line); remove one")
            }
            if let expected = key.read(&settings, words[place + 1]) {
                refuse(Self.preprocess, "found '\(words[place]) \(words[place + 1])', expected \(expected)")
            }
            written.append("\(name): \(words[place + 1])")
        }
        // Later problems with these keys are of this line.
        if let line = lines[Self.preprocess] {
            for entry in written { lines[String(entry.prefix { $0 != ":" })] = line }
            notes.append(
                "\(path):\(line): preprocess: options still work; write them as keys: \(written.joined(separator: "; "))"
            )
        }
    }
}
