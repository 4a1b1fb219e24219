import MammoImage

/// Where the images of a table come from, preprocessed to 8 or 16 bits.
public protocol GraySource: Sendable {
    /// The image of a row.
    ///
    /// - Parameter row: A row of the table.
    /// - Returns: Rows and columns as the source's parameters say, or as found where there are none.
    /// - Throws: An error whose text names the file and what is wrong with it.
    func image(of row: ImageTable.Row) throws -> PreprocessedImage

    /// The file that a row's image is made from.
    ///
    /// - Parameter row: A row of the table.
    /// - Returns: Its path.
    func path(of row: ImageTable.Row) -> String
}

/// A folder of PNGs that `mammo preprocess`, or a program that names them the same, has written.
public struct PNGFolder: GraySource {
    private let folder: String
    private let size: (rows: Int, columns: Int)?

    /// Looks at a folder's manifest, where it has one.
    ///
    /// - Parameters:
    ///   - folder: Holds {patient}_{image}.png.
    ///   - expected: What the images must have been made with; nil where any will do.
    ///   - force: Accepts images made with other parameters, whatever their size.
    /// - Throws: `DataError` where there is no such folder, or one made with other parameters.
    public init(_ folder: String, expecting expected: PreprocessParameters?, force: Bool) throws(DataError) {
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        self.folder = folder
        size = force ? nil : expected.map { ($0.rows, $0.columns) }
        guard let expected, !force else { return }
        for entry in try Manifest.entries(in: folder).values where entry.error == nil {
            guard entry.parameters.samePixels(as: expected) else {
                let (found, wanted) = PreprocessParameters.differing(entry.parameters.description, expected.description)
                throw .table(
                    path: "\(folder)/\(Manifest.fileName)",
                    reason: "images made with \(found), but the weights were trained on images made with "
                        + "\(wanted); preprocess with those, or give --force to use these anyway")
            }
        }
    }

    /// The file that a row's image is read from.
    public func path(of row: ImageTable.Row) -> String { "\(folder)/\(row.outputName)" }

    /// The image of a row, of the size that was asked for.
    public func image(of row: ImageTable.Row) throws -> PreprocessedImage {
        let path = path(of: row)
        let image: PreprocessedImage
        do {
            image = try PNGDecoder.decodeGray(try Files.read(path))
        } catch let error as ImageError {
            throw DataError.unreadable(path: path, reason: error.description)
        }
        if let size, (image.rows, image.columns) != size {
            throw DataError.unreadable(
                path: path,
                reason: "\(image.rows)x\(image.columns) pixels, expected the weights' \(size.rows)x\(size.columns)")
        }
        return image
    }
}

/// A folder of DICOM files, preprocessed in memory: the same bytes as by way of PNGs.
public struct DICOMFolder: GraySource {
    private let folder: String
    private let preprocessor: Preprocessor

    /// A folder that holds patient/image.dcm, or the files that a table's column `path` names.
    ///
    /// - Parameters:
    ///   - folder: Its path.
    ///   - parameters: What decides the pixels.
    /// - Throws: `DataError.unreadable` where there is no such folder.
    public init(_ folder: String, _ parameters: PreprocessParameters) throws(DataError) {
        guard Files.isFolder(folder) else { throw .unreadable(path: folder, reason: "no such folder") }
        self.folder = folder
        preprocessor = Preprocessor(parameters)
    }

    /// The file that a row's image is read from.
    public func path(of row: ImageTable.Row) -> String { row.location.path(in: folder) }

    /// The image of a row, of the size that was asked for.
    public func image(of row: ImageTable.Row) throws -> PreprocessedImage {
        let path = path(of: row)
        do { return try PreprocessedFile(path: path, preprocessor).result.image } catch {
            throw DataError.unreadable(path: path, reason: "\(error)")
        }
    }
}

extension PreprocessParameters {
    /// Whether images made with either have the same pixels: all but how hard PNGs are compressed.
    package func samePixels(as other: PreprocessParameters) -> Bool {
        var same = other
        same.pngLevel = pngLevel
        return self == same
    }
}
