import Glibc

/// A folder that one process at a time works in. The lock ends with the process, however that ends; file systems without
/// locks do without.
package struct FolderLock: Sendable {
    private let descriptor: Int32

    /// Takes a folder.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - busy: What to say where another process has it.
    /// - Throws: `DataError` where another process has it, or where there is no such folder.
    package init(_ path: String, busy: String) throws(DataError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: path, code: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
            close(descriptor)
            throw .table(path: path, reason: busy)
        }
        self.descriptor = descriptor
    }

    /// Gives the folder back.
    package func release() { close(descriptor) }
}
