import MammoBase

/// A check that input files exist, so that a wrong folder gives one message instead of one for each file.
package enum MissingInputs {
    /// Checks that at least one of some files exists.
    ///
    /// - Parameters:
    ///   - paths: The files; none at all is fine.
    ///   - folder: Where they were looked for; empty for the working folder.
    /// - Throws: `DataError.table` where none exists.
    package static func check(_ paths: some Collection<String>, in folder: String) throws(DataError) {
        guard !paths.isEmpty, !paths.contains(where: Files.isFile) else { return }
        let folder = folder.isEmpty ? "." : folder
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        let names = Array(paths.prefix(4)).map { path in
            path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
        }
        throw .table(
            path: folder,
            reason: paths.count == 1
                ? "holds no \(names[0]), the only file that is asked for"
                : "holds none of the \(paths.count) files that are asked for (\(Listing.few(names))); "
                    + "name the folder that they are in")
    }
}
