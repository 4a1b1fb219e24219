import MammoDICOM
import Synchronization

/// The DICOM files in a folder and the folders below it, detected by their content and not by their names.
public struct FolderScan: Sendable {
    /// Paths, sorted. Files that cannot be read are among them: whoever reads them says why.
    public let files: [String]
    /// Files that are no DICOM files, and directories of media (DICOMDIR).
    public let others: Int

    /// Looks at the beginning of every file.
    ///
    /// - Parameter folder: Its path.
    /// - Throws: `DataError.unreadable` where there is no such folder.
    public init(_ folder: String) throws(DataError) {
        let paths = try DICOMSurvey.paths(below: folder)
        let found = Mutex([Bool](repeating: false, count: paths.count))
        // Waiting for a disk, not for a core.
        WorkerPool(workers: 8).run(count: paths.count) { number in
            let path = paths[number]
            let isWanted = DICOMFile.isDICOM(path: path) && !DICOMFile.isDirectory(path: path)
            found.withLock { $0[number] = isWanted }
            return true
        }
        files = zip(paths, found.withLock { $0 }).filter(\.1).map(\.0)
        others = paths.count - files.count
    }
}
