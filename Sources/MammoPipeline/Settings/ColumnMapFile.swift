import MammoData
import MammoTrain

/// A column map as a YAML file: `key: value` lines, a value being a column's name, or a pattern with names in braces.
package enum ColumnMapFile {
    private static let keys = [
        "patient_id", "image_id", "laterality", "view", "prediction_id", "label", "positive", "negative", "path",
        "folder",
        "dataset",
    ]

    /// Reads a map.
    ///
    /// - Parameter path: The file.
    /// - Returns: The map.
    /// - Throws: `DataError` with the line, where it is no YAML, a key is not known or missing, or a value is not what the
    ///   key takes.
    package static func read(_ path: String) throws(DataError) -> ColumnMap {
        let lines = SettingLines(try Files.read(path), path: path, keys: keys)
        if let problem = lines.problems.first { throw problem }
        let values = Values(lines)
        let (files, folder) = (try values.pattern("path"), try values.pattern("folder"))
        let rule: ColumnMap.FileRule
        switch (files, folder) {
        case (let pattern?, nil): rule = .path(pattern)
        case (nil, let pattern?): rule = .headers(ofFolder: pattern)
        default:
            let found = files == nil ? "neither path nor folder" : "both path and folder"
            throw .table(
                path: path,
                reason: "has \(found), expected one: the pattern of a file, or the folder of a patient's files, whose "
                    + "headers say side and view")
        }
        let (laterality, breast) = (try values.pattern("laterality"), try values.pattern("prediction_id"))
        guard laterality != nil || breast != nil || folder != nil else {
            throw .table(path: path, reason: "has no key laterality or prediction_id to identify breasts")
        }
        guard let positive = try values.list("positive") else { throw values.missing("positive") }
        return ColumnMap(
            patient: try values.required("patient_id"), image: try values.pattern("image_id"), laterality: laterality,
            view: try values.pattern("view"), predictionID: breast, label: try values.required("label"),
            positive: positive, negative: try values.list("negative"), file: rule, dataset: try values.name("dataset"))
    }

    /// The lines by key.
    private struct Values {
        private let lines: SettingLines

        init(_ lines: SettingLines) { self.lines = lines }

        func missing(_ key: String) -> DataError { .table(path: lines.path, reason: "has no key \(key)") }

        private func refusal(_ key: String, _ reason: String) -> DataError {
            .line(path: lines.path, line: lines.values[key]?.line ?? 1, reason: "\(key) \(reason)")
        }

        private func text(_ key: String) throws(DataError) -> String? {
            guard let text = lines.values[key]?.text else { return nil }
            guard !text.trimmed.isEmpty else { throw refusal(key, "is empty") }
            return text.trimmed
        }

        /// A column, or a pattern with columns in braces.
        func pattern(_ key: String) throws(DataError) -> ColumnPattern? {
            guard let text = try text(key) else { return nil }
            if !text.contains("{") && !text.contains("}") { return ColumnPattern(column: text) }
            guard let pattern = ColumnPattern(text) else {
                throw refusal(key, "is '\(text)', expected names of columns between { and }")
            }
            return pattern
        }

        func required(_ key: String) throws(DataError) -> ColumnPattern {
            guard let pattern = try pattern(key) else { throw missing(key) }
            return pattern
        }

        /// Labels between commas.
        func list(_ key: String) throws(DataError) -> [String]? {
            try text(key)?.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        }

        /// Part of a file's name.
        func name(_ key: String) throws(DataError) -> String? {
            guard let text = try text(key) else { return nil }
            guard text.isFileNamePart else { throw refusal(key, "is '\(text)', which cannot be part of a file name") }
            return text
        }
    }
}
