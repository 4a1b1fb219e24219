import CMiniZip
import Glibc

/// Writes a zip archive by minizip: beside its place first, then renamed. The same members are the same bytes, since every
/// member has the same time and mode; ZIP64 is used for members of 4 GB and more. Members are compressed, or all of them stored.
package final class ZipWriter {
    /// What a member holds.
    package struct Member: Equatable, Sendable, Encodable {
        /// Its length.
        package var bytes: Int
        /// Its name in the archive.
        package var path: String
        /// SHA-256 of the bytes that went into the archive.
        package var sha256: String
    }

    private let path: String
    private let beside: String
    private var archive: zipFile?
    /// Where the next member begins; nil behind members that were compressed.
    private var position: Int? = 0

    /// A member that is stored begins at a multiple of it, so that it can be used where it lies in memory.
    private static let alignment = 64

    /// Begins an archive.
    ///
    /// - Parameter path: Where it is to lie; what is there stays until `finish`.
    /// - Throws: `DataError.unwritable`.
    package init(path: String) throws(DataError) {
        try Files.checkWritable(path)
        self.path = path
        beside = path + PartialFile.suffixOfThisProcess
        archive = zipOpen64(beside, APPEND_STATUS_CREATE)
        guard archive != nil else { throw .unwritable(path: path, code: errno) }
    }

    deinit {
        guard archive != nil else { return }
        zipClose(archive, nil)
        unlink(beside)
    }

    /// Adds a file as it is now.
    ///
    /// - Parameters:
    ///   - file: Its path.
    ///   - name: What it is called in the archive.
    /// - Returns: What was added.
    /// - Throws: `DataError` where the file cannot be read or the archive not written.
    package func add(file: String, as name: String) throws -> Member {
        try add(name, bytesAhead: Files.status(of: file)?.bytes ?? 0) { take in try Files.read(file, take) }
    }

    /// Adds bytes.
    ///
    /// - Parameters:
    ///   - bytes: All of the member.
    ///   - name: What it is called in the archive.
    /// - Returns: What was added.
    /// - Throws: `DataError.unwritable`.
    @discardableResult
    package func add(_ bytes: [UInt8], as name: String) throws -> Member {
        try add(name, bytesAhead: bytes.count) { take in try bytes.withUnsafeBytes(take) }
    }

    /// Adds bytes as they are, at a multiple of 64 from the archive's beginning, as torch.save does.
    ///
    /// - Parameters:
    ///   - bytes: All of the member.
    ///   - name: What it is called in the archive, in ASCII.
    /// - Throws: `DataError.unwritable`.
    package func add(stored bytes: UnsafeRawBufferPointer, as name: String) throws {
        guard let position else { preconditionFailure("members are compressed, or all of them stored") }
        let large = bytes.count >= Int(UInt32.max)
        // A local header, the name, and behind a field of padding the lengths that ZIP64 adds.
        let ahead = position + 30 + name.utf8.count + 4 + (large ? 20 : 0)
        let padding = (Self.alignment - ahead % Self.alignment) % Self.alignment
        // torch's own field, and what it is filled with.
        let field = Array("FB".utf8) + [UInt8(padding), 0] + [UInt8](repeating: UInt8(ascii: "Z"), count: padding)
        _ = try add(name, bytesAhead: bytes.count, isStored: true, field: field) { take in try take(bytes) }
        self.position = ahead + padding + bytes.count
    }

    /// The same of an array.
    package func add(stored bytes: [UInt8], as name: String) throws {
        try bytes.withUnsafeBytes { try add(stored: $0, as: name) }
    }

    /// Ends the archive and puts it in its place.
    ///
    /// - Throws: `DataError.unwritable`; the file beside is removed.
    package func finish() throws(DataError) {
        do throws(DataError) {
            let whole = archive
            archive = nil
            try check(zipClose(whole, nil))
            try check(rename(beside, path))
        } catch {
            unlink(beside)
            throw error
        }
    }

    private func add(
        _ name: String, bytesAhead: Int, isStored: Bool = false, field: [UInt8] = [],
        _ body: ((UnsafeRawBufferPointer) throws -> Void) throws -> Void
    ) throws -> Member {
        position = nil
        let hash = SHA256Stream()
        var count = 0
        // Trained weights do not get smaller.
        let method = isStored || name.hasSuffix(".safetensors") ? 0 : Z_DEFLATED
        var info = zip_fileinfo()
        // 1980-01-01, the first day that the format knows, and a plain file that its owner may write.
        info.dosDate = 1 << 21 | 1 << 16
        info.external_fa = 0o100644 << 16
        let (madeByUnix, namesAreUTF8) = (uLong(3 << 8 | 20), uLong(1 << 11))
        try check(
            zipOpenNewFileInZip4_64(
                archive, name, &info, field, UInt32(field.count), nil, 0, nil, method, 6, 0, -MAX_WBITS, 8,
                Z_DEFAULT_STRATEGY, nil, 0,
                madeByUnix, namesAreUTF8, bytesAhead >= Int(UInt32.max) ? 1 : 0))
        try body { part in
            guard !part.isEmpty else { return }
            hash.update(part)
            count += part.count
            try check(zipWriteInFileInZip(archive, part.baseAddress, UInt32(part.count)))
        }
        try check(zipCloseFileInZip(archive))
        return Member(bytes: count, path: name, sha256: hash.hex())
    }

    /// minizip says that it failed, and the system why.
    private func check(_ call: @autoclosure () -> Int32) throws(DataError) {
        errno = 0
        guard call() != ZIP_OK else { return }
        throw .unwritable(path: path, code: errno == 0 ? EIO : errno)
    }
}
