/// A line of a list that is worked through: a file and what is made of it.
struct ListLine: Sendable {
    /// Why a line is none.
    struct Problem: Error {
        let reason: String
    }

    private let file: String
    /// What the PNG is called.
    let outputName: String

    /// Reads a line: `patient/image.dcm`, or a path and, behind a tab, the PNG's name.
    ///
    /// - Parameter text: Not empty, without blanks at its ends.
    /// - Throws: `Problem` where the file leads out of the folder, or the name is none.
    init(_ text: String) throws(Problem) {
        let parts = text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        file = parts[0]
        if file.split(separator: "/").contains("..") || (parts.count == 1 && file.hasPrefix("/")) {
            throw Problem(reason: "'\(file)' leads out of the folder, expected patient/image.dcm")
        }
        guard parts.count > 1 else {
            outputName = WorkList.outputName(of: file)
            return
        }
        guard parts.count == 2, parts[1].isFileNamePart, parts[1].hasSuffix(".png") else {
            throw Problem(reason: "behind the tab stands '\(parts[1])', expected patient_image.png")
        }
        outputName = parts[1]
    }

    /// How a row of a table stands in a list.
    static func text(of row: ImageTable.Row) -> String {
        let name = row.location.description
        return name == row.relativePath ? name : "\(name)\t\(row.outputName)"
    }

    /// The file, below a folder: of `patient/image.dcm` that is missing, one with another ending that is there.
    func path(in folder: String) -> String {
        let path = ImageLocation.path(file, below: folder)
        let usual = ImageLocation.endings[0]
        return path.hasSuffix(usual) ? ImageLocation.found(String(path.dropLast(usual.count))) : path
    }
}
