import FoundationEssentials

import Glibc

/// `manifest.jsonl` of an output folder: a line for each image when it is done, the last of an output's lines counting.
///
/// Several processes may append to one manifest. A line that a killed process left torn is passed over when reading.
public final class Manifest: Sendable {
    /// The file's name in the output folder.
    public static let fileName = "manifest.jsonl"

    private let file: AppendedFile

    /// Opens the manifest of `folder` for appending, and makes it where there is none.
    ///
    /// - Throws: `DataError.unwritable`.
    public init(folder: String) throws(DataError) {
        file = try AppendedFile(path: "\(folder)/\(Self.fileName)")
    }

    /// The latest entry of each output; none where the folder has no manifest.
    ///
    /// - Throws: `DataError.unreadable`.
    public static func entries(in folder: String) throws(DataError) -> [String: ManifestEntry] {
        let path = "\(folder)/\(fileName)"
        guard access(path, F_OK) == 0 else { return [:] }
        var latest: [String: ManifestEntry] = [:]
        let decoder = JSONDecoder()
        for line in try Files.read(path).split(separator: UInt8(ascii: "\n")) {
            guard let entry = try? decoder.decode(ManifestEntry.self, from: Data(line)) else { continue }
            latest[entry.output] = entry
        }
        return latest
    }

    /// Appends one line, or leaves the file as it was.
    ///
    /// - Throws: `DataError.unwritable`.
    public func append(_ entry: ManifestEntry) throws(DataError) { try file.append(JSONText.line(entry)) }
}
