import Glibc

/// A file that grows by whole lines: one that cannot be written whole is taken back.
final class AppendedFile {
    private let path: String
    private let descriptor: Int32

    /// Opens a file that is there.
    init(path: String) throws(DataError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: path, code: errno) }
    }

    deinit { close(descriptor) }

    func append(_ line: [UInt8]) throws(DataError) {
        let size = lseek(descriptor, 0, SEEK_END)
        let written = write(descriptor, line, line.count)
        if written == line.count { return }
        let code = written < 0 ? errno : ENOSPC
        _ = ftruncate(descriptor, size)
        throw .unwritable(path: path, code: code)
    }
}
