import CMessage
import CDCMTK

/// A DICOM file, opened: its attributes at once, its pixels when asked for.
///
/// Not to be shared between threads; files do not share anything, so each thread may have its own.
public final class DICOMFile {
    /// The image's attributes by the header. One frame may have others: see `attributes(ofFrame:)`.
    public let attributes: ImageAttributes

    private let file: OpaquePointer

    /// Parses the file at `path`. Values above 4 KB stay on disk until they are needed.
    ///
    /// - Throws: `DICOMError` where the file cannot be read, is no DICOM file, or is no image.
    public init(path: String) throws(DICOMError) {
        let reader = try ByteReader(path: path)
        if reader.count == 0 { throw .notDICOM("the file is empty") }
        let layout = try FileLayout(reader)
        if let uid = layout.transferSyntaxUID, TransferSyntax.named(uid) == nil {
            throw .unsupportedTransferSyntax(uid.isEmpty ? "(none)" : uid)
        }
        let file = try Self.parse(path, reader, layout)
        do {
            attributes = try Self.attributes(of: file, layout)
        } catch {
            cdcmtk_close(file)
            throw error
        }
        self.file = file
    }

    deinit { cdcmtk_close(file) }

    /// `attributes` as they are for one frame, from 1: its functional groups, or those that all frames share, may have a window
    /// and a rescale of their own.
    ///
    /// - Throws: `DICOMError.badAttribute`.
    public func attributes(ofFrame frame: Int) throws(DICOMError) -> ImageAttributes {
        try attributes.ofFrame(frame, HeaderReader(file: file))
    }

    /// Decodes one frame; the first is number 1. `threads` are for JPEG 2000, where there are more cores than files.
    ///
    /// - Throws: `DICOMError` where the frame is not there, is colour, or does not decode.
    public func storedImage(frame: Int = 1, threads: Int = 1) throws(DICOMError) -> StoredImage {
        let shape = try shape(ofFrame: frame)
        switch cdcmtk_kind_of_pixels(file) {
        case cdcmtk_pixels_native:
            return try NativeFrames(file: file, attributes: attributes).frame(frame)
        case cdcmtk_pixels_encapsulated:
            return try EncapsulatedFrames(file: file, attributes: attributes).withCodestream(ofFrame: frame) {
                (codestream) throws(DICOMError) in
                let decoder = FrameDecoders.decoder(for: attributes.transferSyntax, threads: threads)
                return try decoder(codestream, shape).storedImage(attributes)
            }
        default:
            throw .noPixelData
        }
    }

    /// Decodes one frame of a JPEG 2000 file without its `reduction` finest resolutions: each halves rows and columns,
    /// rounding up, and takes most of the time with it. The values are those of the wavelet's low-pass band, not of any
    /// stored pixel. Nil where the file is not JPEG 2000 or has no more than so many resolutions.
    ///
    /// - Throws: `DICOMError` as `storedImage`.
    public func reducedImage(frame: Int = 1, reduction: Int) throws(DICOMError) -> StoredImage? {
        guard attributes.transferSyntax.encoding == .jpeg2000 else { return nil }
        let shape = try shape(ofFrame: frame)
        return try EncapsulatedFrames(file: file, attributes: attributes).withCodestream(ofFrame: frame) {
            (codestream) throws(DICOMError) in
            let decoded = try JPEG2000Decoder.decodeReduced(codestream, shape, reduction: reduction)
            guard let decoded, case .whole(let isSigned) = decoded.values else { return nil }
            let reduced = shape.reduced(by: reduction)
            return StoredImage(
                rows: reduced.rows, columns: reduced.columns, isSigned: isSigned, samples: decoded.samples)
        }
    }

    /// The shape of a frame that is there.
    private func shape(ofFrame frame: Int) throws(DICOMError) -> FrameShape {
        let shape = try FrameShape(attributes)
        guard (1...attributes.frames).contains(frame) else { throw .noSuchFrame(frame, of: attributes.frames) }
        return shape
    }

    /// Hands the file to DCMTK, once it is sure that its parser will come back.
    private static func parse(
        _ path: String, _ reader: ByteReader, _ layout: FileLayout
    ) throws(DICOMError) -> OpaquePointer {
        var message = cmessage()
        var file: OpaquePointer?
        if layout.transferSyntaxUID == FileLayout.deflatedUID {
            let dataSet = try Inflation.dataSet(reader, from: layout.dataSetStart)
            try NestingGuard.check(ByteReader(dataSet), [.explicit], from: 0)
            file = cdcmtk_open_data_set(dataSet, dataSet.count, &message)
        } else {
            try NestingGuard.check(reader, layout.encodings, from: layout.dataSetStart)
            file = cdcmtk_open(path, &message)
        }
        if let file { return file }
        throw layout.hasPrefix ? .malformed(message.string) : noDICOM
    }

    /// Whether DCMTK found its data dictionary; without it files in implicit VR cannot be read.
    public static var hasDictionary: Bool { cdcmtk_has_dictionary() != 0 }

    private static let noDICOM = DICOMError.notDICOM("no DICM at byte 128, and no data set at byte 0")

    private static func attributes(of file: OpaquePointer, _ layout: FileLayout) throws(DICOMError) -> ImageAttributes {
        let header = HeaderReader(file: file)
        let looksLikeDICOM =
            header.exists(.init(0x0008, 0x0016, "SOPClassUID")) || header.exists(.init(0x0028, 0x0010, "Rows"))
            || cdcmtk_kind_of_pixels(file) != cdcmtk_pixels_absent
        if !layout.hasPrefix && !looksLikeDICOM { throw noDICOM }
        // The meta header's own words where there are any: DCMTK knows fewer syntaxes than there are.
        let uid = layout.transferSyntaxUID ?? String(cString: cdcmtk_transfer_syntax(file))
        if uid == "1.2.840.10008.1.2" && !hasDictionary {
            throw .unreadable(
                "implicit VR needs DCMTK's data dictionary, which was not found; set DCMDICTPATH to dicom.dic")
        }
        guard cdcmtk_kind_of_pixels(file) != cdcmtk_pixels_absent else { throw .noPixelData }
        guard let syntax = TransferSyntax.named(uid) else {
            throw .unsupportedTransferSyntax(uid.isEmpty ? "(none)" : uid)
        }
        return try ImageAttributes(reading: header, transferSyntax: syntax)
    }
}
