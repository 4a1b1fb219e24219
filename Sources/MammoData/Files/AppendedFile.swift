import MammoBase
import Synchronization

import Glibc

/// A file that grows by whole lines, also where several processes append to it: each line is written under a lock on the
/// file, one that cannot be written whole is taken back, and one that a killed process left torn is closed off first.
package final class AppendedFile: Sendable {
    private let path: String
    private let descriptor: Mutex<Int32>

    /// Opens a file, and makes it where there is none.
    package init(path: String) throws(DataError) {
        self.path = path
        let opened = open(FileName.bytes(of: path), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o666)
        guard opened >= 0 else { throw .unwritable(path: path, code: errno) }
        descriptor = Mutex(opened)
    }

    deinit { descriptor.withLock { _ = close($0) } }

    /// Appends one line, its end added, or leaves the file as it was.
    package func append(_ text: String) throws(DataError) {
        try append(Array((text + "\n").utf8), closingTornLine: true)
    }

    /// Appends bytes that are no lines, or leaves the file as it was.
    package func append(_ bytes: [UInt8]) throws(DataError) { try append(bytes, closingTornLine: false) }

    private func append(_ line: [UInt8], closingTornLine: Bool) throws(DataError) {
        let problem = descriptor.withLock { descriptor -> Int32? in
            while flock(descriptor, LOCK_EX) != 0 { if errno != EINTR { return errno } }
            defer { flock(descriptor, LOCK_UN) }
            let size = lseek(descriptor, 0, SEEK_END)
            var last: UInt8 = 0
            let isTorn =
                closingTornLine && size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
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
