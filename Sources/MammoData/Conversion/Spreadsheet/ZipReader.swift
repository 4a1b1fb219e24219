import CMiniZip

/// Reads members of a zip archive by minizip.
final class ZipReader {
    /// No table's member is larger when it is inflated.
    private static let largest = 1 << 28

    private let path: String
    private let archive: unzFile

    /// Opens an archive.
    ///
    /// - Throws: `DataError.table` where it is none.
    init(path: String) throws(DataError) {
        guard let archive = unzOpen64(path) else {
            throw .table(path: path, reason: "is no zip archive, as an .xlsx file is one; save the table as CSV")
        }
        (self.path, self.archive) = (path, archive)
    }

    deinit { unzClose(archive) }

    /// All bytes of a member; nil where there is none of that name.
    ///
    /// - Throws: `DataError.table` where it cannot be inflated, or has another checksum than the archive says.
    func member(_ name: String) throws(DataError) -> [UInt8]? {
        guard unzLocateFile(archive, name, 1) == UNZ_OK else { return nil }
        guard unzOpenCurrentFile(archive) == UNZ_OK else { throw damaged(name) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unzReadCurrentFile(archive, &chunk, UInt32(chunk.count))
            guard count >= 0, bytes.count + Int(count) <= Self.largest else {
                unzCloseCurrentFile(archive)
                throw damaged(name)
            }
            if count == 0 { break }
            bytes += chunk[..<Int(count)]
        }
        guard unzCloseCurrentFile(archive) == UNZ_OK else { throw damaged(name) }
        return bytes
    }

    private func damaged(_ name: String) -> DataError {
        .table(path: path, reason: "\(name) in it is damaged or larger than \(Self.largest >> 20) MB; save it as CSV")
    }
}
