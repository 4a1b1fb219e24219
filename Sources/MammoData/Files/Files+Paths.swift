import Glibc
import MammoBase

/// Paths, and what the system makes of them.
extension Files {
    /// `path` where it is a folder, else the nearest above it that is: where a folder of that name would be made.
    package static func nearestFolder(_ path: String) -> String {
        var path = path
        while !isFolder(path) {
            guard let slash = path.lastIndex(of: "/") else { return "." }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        return path
    }

    /// The last part of a path, whether or not a slash follows it; the path where it has none.
    package static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// What a path has before the file's own name, with its slash; empty where it is a name alone.
    package static func folderPrefix(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    }

    /// A file beside a table: `submission.images.csv` of `submission.csv`, whose own ending `ending` takes the place of.
    package static func path(beside table: String, ending: String) -> String {
        (table.hasSuffix(".csv") ? String(table.dropLast(4)) : table) + ending
    }

    /// `path` from the root on, symbolic links followed; nil where there is no such file or folder.
    package static func resolved(_ path: String) -> String? {
        guard let found = realpath(FileName.bytes(of: path), nil) else { return nil }
        defer { free(found) }
        return FileName.text(of: UnsafeRawBufferPointer(start: found, count: strlen(found)))
    }

    /// `path` from the root on, symbolic links and all left as they are; nil where there is no working folder.
    package static func absolute(_ path: String) -> String? {
        if path.hasPrefix("/") { return path }
        guard let folder = getcwd(nil, 0) else { return nil }
        defer { free(folder) }
        return FileName.text(of: UnsafeRawBufferPointer(start: folder, count: strlen(folder))) + "/" + path
    }
}
