import Glibc
import MammoImage

/// How fast a folder's disk is written and read, by a file that is removed again.
public struct DiskSpeed: Sendable {
    /// Bytes that were written and read.
    public let bytes: Int
    /// Bytes a second until the disk said that it had them.
    public let write: Double
    /// Bytes a second back from the disk; from memory where the file system keeps no promise to forget them.
    public let read: Double
    /// Bytes that are free.
    public let free: Int

    /// Measures.
    ///
    /// - Parameters:
    ///   - folder: Its path; it has to be there.
    ///   - bytes: How many; at most a quarter of what is free.
    /// - Throws: `DataError.unwritable`, `.unreadable`.
    public init(folder: String, bytes: Int = 64 << 20) throws(DataError) {
        var room = statvfs()
        guard statvfs(folder, &room) == 0 else { throw .unwritable(path: folder, code: errno) }
        free = Int(room.f_bavail) * Int(room.f_frsize)
        let chunk = 1 << 20
        let chunks = min(bytes, free / 4) / chunk
        guard chunks > 0 else { throw .unwritable(path: folder, code: ENOSPC) }
        self.bytes = chunks * chunk
        let path = "\(folder)/.mammo-doctor\(PartialFile.suffixOfThisProcess)"
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .unwritable(path: folder, code: errno) }
        defer {
            close(descriptor)
            unlink(path)
        }
        // Noise, which no file system makes smaller.
        var random = SplitMix64(seed: 1)
        var buffer = (0..<chunk / 8).map { _ in random.next() }
        var watch = Stopwatch()
        for _ in 0..<chunks {
            guard Glibc.write(descriptor, buffer, chunk) == chunk else { throw .unwritable(path: folder, code: errno) }
        }
        guard fdatasync(descriptor) == 0 else { throw .unwritable(path: folder, code: errno) }
        write = Double(self.bytes) / watch.lap()
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        lseek(descriptor, 0, SEEK_SET)
        _ = watch.lap()
        for _ in 0..<chunks {
            guard Glibc.read(descriptor, &buffer, chunk) == chunk else {
                throw .unreadable(path: folder, reason: String(cString: strerror(errno)))
            }
        }
        read = Double(self.bytes) / watch.lap()
    }
}
