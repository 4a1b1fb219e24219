import Glibc
import MammoBase

/// Whole files in and out, with the system's reason where that fails.
public enum Files {
    /// No table, list, manifest or PNG is larger; a device may be endless.
    static let largest = 1 << 30

    /// All bytes of the file at `path`.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - limit: The most bytes that it may have.
    /// - Returns: The bytes.
    /// - Throws: `DataError.unreadable`.
    package static func read(_ path: String, limit: Int) throws(DataError) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, min(status(of: path)?.bytes ?? 0, limit)))
        do {
            try read(path) { chunk in
                bytes.append(contentsOf: chunk)
                guard bytes.count <= limit else {
                    throw DataError.unreadable(path: path, reason: "larger than \(limit >> 20) MB")
                }
            }
        } catch let error as DataError {
            throw error
        } catch {
            preconditionFailure("nothing else is thrown")
        }
        return bytes
    }

    /// The same of a file of at most 1 GB.
    ///
    /// - Throws: `DataError.unreadable`.
    public static func read(_ path: String) throws(DataError) -> [UInt8] { try read(path, limit: largest) }

    /// The same, chunk by chunk: a file of any size.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - take: Is given each chunk in turn.
    /// - Throws: `DataError.unreadable`, and what `take` throws.
    package static func read(_ path: String, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        func failure() -> DataError { .unreadable(path: path, reason: FileName.reason(errno, path)) }
        let descriptor = open(FileName.bytes(of: path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { return }
            try chunk.withUnsafeBytes { try take(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    /// The first bytes of the file at `path`: as many as asked for, or fewer where it has no more; nil where there is none or
    /// it cannot be read.
    package static func start(of path: String, count: Int) -> [UInt8]? {
        let descriptor = open(FileName.bytes(of: path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let found = Glibc.read(descriptor, &bytes, count)
        return found < 0 ? nil : Array(bytes[..<found])
    }

    /// The last bytes of a file: as many as asked for, or all where it has no more; nil where there is none or it cannot be read.
    package static func end(of path: String, count: Int) -> [UInt8]? {
        let descriptor = open(FileName.bytes(of: path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let begin = max(0, lseek(descriptor, 0, SEEK_END) - count)
        let found = pread(descriptor, &bytes, count, begin)
        return found < 0 ? nil : Array(bytes[..<found])
    }

    /// A part of a file: as many bytes as asked for, or fewer where it has no more; nil where it cannot be read.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - begin: The first byte, from 0.
    ///   - count: How many at most.
    /// - Returns: The bytes.
    package static func part(of path: String, from begin: Int, count: Int) -> [UInt8]? {
        let descriptor = open(FileName.bytes(of: path), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: count)
        let found = pread(descriptor, &bytes, count, begin)
        return found < 0 ? nil : Array(bytes[..<found])
    }

    /// Writes a whole file or nothing: beside its place first, then renamed over it. What was there before stays
    /// until the new bytes are complete. The system may still hold them in memory when this returns: what a loss of power
    /// makes of them is found by the manifest's hashes.
    ///
    /// - Throws: `DataError.unwritable`; the file beside is removed.
    public static func write(_ bytes: [UInt8], to path: String) throws(DataError) {
        do {
            try write(to: path) { write in try bytes.withUnsafeBytes { try write($0) } }
        } catch let error as DataError {
            throw error
        } catch {
            preconditionFailure("nothing else is thrown")
        }
    }

    /// The same, of parts that follow each other.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - body: Is given what writes a part.
    /// - Throws: `DataError.unwritable`, and what `body` throws; the file beside is removed.
    public static func write(
        to path: String, _ body: (_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        let place = FileName.bytes(of: path)
        let beside = Array(place.dropLast()) + Array(PartialFile.suffixOfThisProcess.utf8CString)
        var descriptor = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        do {
            guard descriptor >= 0 else { throw DataError.unwritable(path: path, code: errno) }
            try body { part in
                var left = part
                while !left.isEmpty {
                    let count = Glibc.write(descriptor, left.baseAddress, left.count)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { throw DataError.unwritable(path: path, code: errno) }
                    left = UnsafeRawBufferPointer(rebasing: left[count...])
                }
            }
            // close() is where some file systems (NFS, quotas) first say that there was no room.
            let closed = close(descriptor)
            descriptor = -1
            guard closed == 0 else { throw DataError.unwritable(path: path, code: errno) }
            TestSignal.requested(at: .rename)?.willRename(to: path)
            guard rename(beside, place) == 0 else { throw DataError.unwritable(path: path, code: errno) }
        } catch {
            if descriptor >= 0 { close(descriptor) }
            unlink(beside)
            throw error
        }
    }

    /// Removes a file; false where there is none.
    package static func remove(_ path: String) -> Bool { unlink(FileName.bytes(of: path)) == 0 }

    /// Cuts a file off behind its first bytes; makes an empty one where there is none.
    ///
    /// - Throws: `DataError.unwritable`.
    package static func truncate(_ path: String, to bytes: Int) throws(DataError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .unwritable(path: path, code: errno) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, bytes) == 0 else { throw .unwritable(path: path, code: errno) }
    }

    /// The size of a file and when it was last changed, in seconds since 1970; nil where there is none.
    package static func status(of path: String) -> (bytes: Int, modified: Double)? {
        var status = stat()
        guard stat(FileName.bytes(of: path), &status) == 0 else { return nil }
        return (Int(status.st_size), Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9)
    }

    /// The names in a folder, sorted; empty where it cannot be read.
    package static func names(in folder: String) -> [String] {
        (FileName.names(in: FileName.bytes(of: folder)) ?? []).map { FileName.text(of: $0) }.sorted()
    }

    /// The files in a folder and the folders below it, sorted. Links to folders are not followed, so that it comes to an end.
    static func below(_ folder: String) -> [String] {
        var found: [String] = []
        var waiting = [folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder]
        while let path = waiting.popLast() {
            for name in names(in: path) {
                let inner = path == "/" ? "/\(name)" : "\(path)/\(name)"
                var status = stat()
                guard lstat(FileName.bytes(of: inner), &status) == 0 else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: waiting.append(inner)
                case S_IFREG: found.append(inner)
                case S_IFLNK where !isFolder(inner): found.append(inner)
                default: break
                }
            }
        }
        return found.sorted()
    }

    /// Makes the folder at `path` and those above it; one that already exists is kept.
    ///
    /// - Throws: `DataError.unwritable`.
    public static func makeFolder(_ path: String) throws(DataError) {
        var made = path.hasPrefix("/") ? "/" : ""
        for part in path.split(separator: "/") {
            made += (made.isEmpty || made == "/" ? "" : "/") + part
            if mkdir(FileName.bytes(of: made), 0o777) != 0 && errno != EEXIST {
                throw .unwritable(path: path, code: errno)
            }
        }
        guard isFolder(path) else { throw .unwritable(path: path, code: ENOTDIR) }
    }

    /// Whether a file could be written to `path` now: to be asked before hours of work whose result is to go there.
    ///
    /// - Parameter path: A file that may not be there yet.
    /// - Throws: `DataError.unwritable` where its folder is missing or closed, or where it is a folder itself.
    public static func checkWritable(_ path: String) throws(DataError) {
        guard !isFolder(path) else { throw .unwritable(path: path, code: EISDIR) }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard access(folder, W_OK | X_OK) == 0 else { throw .unwritable(path: path, code: errno) }
    }

    /// Whether `path` names a folder.
    public static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(FileName.bytes(of: path), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The text of a small file, as of those in /proc; nil where it cannot be read.
    package static func text(of path: String) -> String? {
        (try? read(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Whether `path` names a file, or a link to one.
    package static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(FileName.bytes(of: path), &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }
}
