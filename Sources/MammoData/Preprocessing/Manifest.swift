import FoundationEssentials
import Synchronization

import Glibc

/// `manifest.jsonl` of an output folder: a line for each image when it is done, the last of an output's lines counting.
///
/// Several processes may append to one manifest: each line is written whole under a lock on the file. A line that a
/// killed process left torn is passed over when reading and closed off before the next is written.
public final class Manifest: Sendable {
    /// The file's name in the output folder.
    public static let fileName = "manifest.jsonl"

    private let path: String
    private let descriptor: Mutex<Int32>

    /// Opens the manifest of `folder` for appending, and makes it where there is none.
    ///
    /// - Throws: `DataError.unwritable`.
    public init(folder: String) throws(DataError) {
        path = "\(folder)/\(Self.fileName)"
        let opened = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw .unwritable(path: path, code: errno) }
        descriptor = Mutex(opened)
    }

    deinit { descriptor.withLock { _ = close($0) } }

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
    public func append(_ entry: ManifestEntry) throws(DataError) {
        let line = Array((JSONText.line(entry) + "\n").utf8)
        let problem = descriptor.withLock { descriptor -> Int32? in
            while flock(descriptor, LOCK_EX) != 0 { if errno != EINTR { return errno } }
            defer { flock(descriptor, LOCK_UN) }
            let size = lseek(descriptor, 0, SEEK_END)
            var last: UInt8 = 0
            let isTorn = size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
            let bytes = isTorn ? [UInt8(ascii: "\n")] + line : line
            let written = write(descriptor, bytes, bytes.count)
            if written == bytes.count { return nil }
            let reason = written < 0 ? errno : ENOSPC
            _ = ftruncate(descriptor, size)
            return reason
        }
        if let problem { throw .unwritable(path: path, code: problem) }
    }
}
