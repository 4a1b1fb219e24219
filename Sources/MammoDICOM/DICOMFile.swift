import CDCMTK

/// A DICOM file, opened: its attributes at once, its pixels when asked for.
///
/// Not to be shared between threads; files do not share anything, so each thread may have its own.
public final class DICOMFile {
    /// The image's attributes by the header. One frame may have others: see `attributes(ofFrame:)`.
    public let attributes: ImageAttributes

    private let header: HeaderReader
    private let pixelData: PixelData

    /// Reads the header of the file at `path`, which is found however its accents are encoded. Pixels stay on disk until they are
    /// needed.
    ///
    /// - Throws: `DICOMError` where the file cannot be read, is no DICOM file, or is no image.
    public init(path: String) throws(DICOMError) {
        let file = try ParsedFile(ByteReader(path: path))
        let notes = HeaderNotes()
        header = HeaderReader(file.dataSet, notes)
        guard let element = file.dataSet[ElementHeads.pixelData] else { throw Self.noPixels(file.dataSet) }
        if element.vr != .ow { notes.expect(oneOf: [.ow, .ob], element.vr, "PixelData") }
        var attributes = try ImageAttributes(
            reading: header, transferSyntax: file.transferSyntax, warnings: file.warnings)
        pixelData = try PixelData(file.dataSet, attributes, &attributes.warnings)
        self.attributes = attributes
    }

    /// Whether a file begins as DICOM does, whatever its name. One that cannot be read may.
    package static func isDICOM(path: String) -> Bool {
        guard let reader = try? ByteReader(path: path) else { return true }
        return ParsedFile.isDICOM(reader)
    }

    /// Whether a file is the directory of a medium, DICOMDIR.
    package static func isDirectory(path: String) -> Bool {
        guard let reader = try? ByteReader(path: path), let layout = try? FileLayout(reader) else { return false }
        return layout.isDirectory
    }

    /// `attributes` as they are for one frame, from 1: its functional groups, or those that all frames share, may have a window
    /// and a rescale of their own.
    ///
    /// - Throws: `DICOMError.badAttribute`.
    public func attributes(ofFrame frame: Int) throws(DICOMError) -> ImageAttributes {
        try attributes.ofFrame(frame, header)
    }

    /// Decodes one frame; the first is number 1. `threads` are for JPEG 2000, where there are more cores than files.
    ///
    /// - Throws: `DICOMError` where the frame is not there, is colour, or does not decode.
    public func storedImage(frame: Int = 1, threads: Int = 1) throws(DICOMError) -> StoredImage {
        let shape = try shape(ofFrame: frame)
        switch pixelData {
        case .native(let frames): return try frames.frame(frame)
        case .encapsulated(let frames):
            return try frames.withCodestream(ofFrame: frame) { (codestream) throws(DICOMError) in
                let decoder = FrameDecoders.decoder(for: codestream, attributes, threads: threads)
                return try decoder(codestream, shape).storedImage(attributes)
            }
        }
    }

    /// Decodes one frame of a JPEG 2000 file without its `reduction` finest resolutions: each halves rows and columns,
    /// rounding up, and takes most of the time with it. The values are those of the wavelet's low-pass band, not of any
    /// stored pixel. Nil where the file is not JPEG 2000, has no more than so many resolutions, or its codestream has another
    /// sign than the header.
    ///
    /// - Throws: `DICOMError` as `storedImage`.
    public func reducedImage(frame: Int = 1, reduction: Int) throws(DICOMError) -> StoredImage? {
        guard case .encapsulated(let frames) = pixelData, case .jpeg2000 = frames.kind else { return nil }
        let shape = try shape(ofFrame: frame)
        return try frames.withCodestream(ofFrame: frame) { (codestream) throws(DICOMError) in
            let decoded = try JPEG2000Decoder.decodeReduced(
                codestream, shape, isSigned: attributes.isSigned, reduction: reduction)
            guard let decoded else { return nil }
            let reduced = shape.reduced(by: reduction)
            return StoredImage(
                rows: reduced.rows, columns: reduced.columns, isSigned: attributes.isSigned, samples: decoded.samples)
        }
    }

    /// The shape of a frame that is there.
    private func shape(ofFrame frame: Int) throws(DICOMError) -> FrameShape {
        let shape = try FrameShape(attributes)
        guard (1...attributes.frames).contains(frame) else { throw .noSuchFrame(frame, of: attributes.frames) }
        return shape
    }

    /// Whether DCMTK found its data dictionary; without it JPEG-LS and lossy JPEG cannot be decoded.
    public static var hasDictionary: Bool { cdcmtk_has_dictionary() != 0 }

    private static func noPixels(_ dataSet: DataSet) -> DICOMError {
        let others = [0x7FE0_0008, 0x7FE0_0009].first { dataSet[$0] != nil }
        return others.map { .floatingPoint("element \(DataSet.name(of: $0))") } ?? .noPixelData
    }
}
