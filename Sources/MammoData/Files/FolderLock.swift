import Glibc

/// A folder that one process at a time works in, or a file that stands for a work. The lock ends with the process, however that
/// ends; file systems without locks do without.
package struct FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes a folder.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - busy: What to say where another process has it.
    /// - Throws: `DataError` where another process has it, or where there is no such folder.
    package init(_ path: String, busy: String) throws(DataError) {
        try self.init(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), path, busy)
    }

    /// Takes a file, which is made where there is none.
    ///
    /// - Parameters:
    ///   - file: Its path.
    ///   - busy: What to say where another process has it.
    /// - Throws: `DataError` where another process has it, or where it cannot be made.
    package init(file: String, busy: String) throws(DataError) {
        try self.init(open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o666), file, busy)
    }

    private init(_ descriptor: Int32, _ path: String, _ busy: String) throws(DataError) {
        guard descriptor >= 0 else { throw .unwritable(path: path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close(descriptor)
            throw .table(path: path, reason: busy)
        }
        self.descriptor = descriptor
    }

    /// Gives it back.
    package func release() { close(descriptor) }
}
