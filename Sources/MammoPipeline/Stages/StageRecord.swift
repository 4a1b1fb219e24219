import FoundationEssentials
import MammoData

/// What a stage was made with: `stages/NAME.json` in the folder of `mammo run`, written before the stage begins and again
/// when it is done.
package struct StageRecord: Codable, Equatable, Sendable {
    /// SHA-256 of the contents of what the stage read, by name.
    package var inputs: [String: String]
    /// Whether it came to its end with all of its inputs.
    package var isDone: Bool
    /// The settings that its results depend on, by key.
    package var settings: [String: String]

    enum CodingKeys: String, CodingKey {
        case inputs, settings
        case isDone = "done"
    }

    /// Reads the record of a stage; nil where there is none, or none that can be read.
    ///
    /// - Parameter path: The file.
    package init?(path: String) {
        guard let bytes = try? Files.read(path),
            let record = try? JSONDecoder().decode(StageRecord.self, from: Data(bytes))
        else { return nil }
        self = record
    }

    init(settings: [String: String], inputs: [String: String]) {
        (self.settings, self.inputs, isDone) = (settings, inputs, false)
    }

    /// Writes the record.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - isDone: Whether the stage came to its end with all of its inputs.
    /// - Throws: `DataError.unwritable`.
    package func write(to path: String, isDone: Bool) throws(DataError) {
        var record = self
        record.isDone = isDone
        try Files.write(JSONText.pretty(record), to: path)
    }
}
