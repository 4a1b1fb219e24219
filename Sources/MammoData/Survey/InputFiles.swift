/// The DICOM files that a command line names: by themselves, or by folders that hold them.
public struct InputFiles: Sendable {
    /// One of them.
    public struct File: Equatable, Sendable {
        /// Its path.
        public let path: String
        /// The folder that was named and that it is below, or its own.
        public let folder: String
        /// It was found in a folder.
        let isFound: Bool
    }

    /// Those named and those found, in the order they were named.
    public private(set) var files: [File] = []
    /// Folders with files in them that are no DICOM images, and how many.
    public private(set) var passedOver: [(folder: String, files: Int)] = []
    /// Folders that have no DICOM file, with the reason.
    public private(set) var refused: [(input: String, reason: String)] = []

    /// Looks into folders for files that are DICOM by their content.
    ///
    /// - Parameters:
    ///   - names: Paths of files and folders.
    ///   - base: The folder that they are below, where one is given.
    public init(_ names: [String], below base: String? = nil) {
        for name in names {
            let path = base.map { ImageLocation.path(name, below: $0) } ?? name
            guard Files.isFolder(path) else {
                files.append(File(path: path, folder: base ?? Self.folder(of: path), isFound: false))
                continue
            }
            do throws(DataError) {
                let scan = try FolderScan(path)
                files += scan.files.map { File(path: $0, folder: path, isFound: true) }
                if scan.files.isEmpty { refused.append((path, "no DICOM file in it or below it")) }
                if scan.others > 0 { passedOver.append((path, scan.others)) }
            } catch {
                refused.append((path, error.description))
            }
        }
    }

    /// The folder that a path names its last part in.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }
}
