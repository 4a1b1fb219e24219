/// Where an image's DICOM file lies, below a folder of images or, where its path begins with `/`, wherever that leads.
public enum ImageLocation: Equatable, Sendable, CustomStringConvertible {
    /// The file that a table names.
    case file(String)
    /// `patient/image`, with any ending that such files have.
    case standard(patient: String, image: String)

    /// Endings of DICOM files, the usual one first.
    static let endings = [".dcm", ".DCM", ".dicom", ".DICOM", ""]

    /// As a table or a list names it: `patient/image.dcm` where no file is named.
    public var description: String {
        switch self {
        case .file(let path): path
        case .standard(let patient, let image): ImageTable.relativePath(patient: patient, image: image)
        }
    }

    /// The file: the one that is named, or of `patient/image` the first that exists with one of the endings. Where there is
    /// none it is the one with the usual ending.
    ///
    /// - Parameter folder: Where images lie; empty for the working folder.
    /// - Returns: A path, to a file that may be missing.
    public func path(in folder: String) -> String {
        switch self {
        case .file(let path): Self.path(path, below: folder)
        case .standard(let patient, let image): Self.found(Self.path("\(patient)/\(image)", below: folder))
        }
    }

    /// Whether there is such a file.
    package func exists(in folder: String) -> Bool { Files.isFile(path(in: folder)) }

    /// The file of a path without its ending, as `path(in:)`.
    static func found(_ stem: String) -> String {
        let paths = endings.map { stem + $0 }
        return paths.first(where: Files.isFile) ?? paths[0]
    }

    /// `name` below a folder, or as it is where it begins with `/`.
    static func path(_ name: String, below folder: String) -> String {
        if folder.isEmpty || name.hasPrefix("/") { return name }
        return folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// What is wrong with a path in a table; nil where nothing is.
    static func problem(_ path: String) -> String? {
        if path.utf8.contains(where: { $0 < 0x20 }) { return "has control characters" }
        if path.split(separator: "/").contains("..") {
            return "leads out of the folder of images; give it from the root on"
        }
        return nil
    }
}
