import CDCMTK

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A DICOM file, opened: its attributes at once, its pixels when asked for.
///
/// Not to be shared between threads; files do not share anything, so each thread may have its own.
public final class DICOMFile {
    /// What the header says of the image.
    public let attributes: ImageAttributes

    private let file: OpaquePointer

    /// Parses the file at `path`. Values above 4 KB stay on disk until they are needed.
    ///
    /// - Throws: `DICOMError` where the file cannot be read, is no DICOM file, or is no image.
    public init(path: String) throws(DICOMError) {
        let beginning = try FileBeginning(path: path)
        var message = cdcmtk_message()
        guard let file = cdcmtk_open(path, &message) else {
            if beginning.hasPrefix { throw .malformed(message.string) }
            throw .notDICOM("no DICM at byte 128, and no data set at byte 0")
        }
        do {
            attributes = try Self.attributes(of: file, beginning: beginning)
        } catch {
            cdcmtk_close(file)
            throw error
        }
        self.file = file
    }

    deinit { cdcmtk_close(file) }

    /// Decodes one frame; the first is number 1.
    ///
    /// - Throws: `DICOMError` where the frame is not there, is colour, or does not decode.
    public func storedImage(frame: Int = 1) throws(DICOMError) -> StoredImage {
        let shape = try FrameShape(attributes)
        guard (1...attributes.frames).contains(frame) else { throw .noSuchFrame(frame, of: attributes.frames) }
        switch cdcmtk_kind_of_pixels(file) {
        case cdcmtk_pixels_native:
            return try NativeFrames(file: file, attributes: attributes).frame(frame)
        case cdcmtk_pixels_encapsulated:
            return try EncapsulatedFrames(file: file, attributes: attributes).withCodestream(ofFrame: frame) {
                (codestream) throws(DICOMError) in
                let decoder = FrameDecoders.decoder(for: attributes.transferSyntax)
                return try decoder(codestream, shape).storedImage(shape: shape, headerIsSigned: attributes.isSigned)
            }
        default:
            throw .noPixelData
        }
    }

    private static func attributes(
        of file: OpaquePointer, beginning: FileBeginning
    ) throws(DICOMError) -> ImageAttributes {
        let header = HeaderReader(file: file)
        let looksLikeDICOM =
            header.exists(.init(0x0008, 0x0016, "SOPClassUID")) || header.exists(.init(0x0028, 0x0010, "Rows"))
            || cdcmtk_kind_of_pixels(file) != cdcmtk_pixels_absent
        if !beginning.hasPrefix && !looksLikeDICOM {
            throw .notDICOM("no DICM at byte 128, and no data set at byte 0")
        }
        let uid = String(cString: cdcmtk_transfer_syntax(file))
        if uid == "1.2.840.10008.1.2" && cdcmtk_has_dictionary() == 0 {
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

extension cdcmtk_message {
    /// The text, for a thrown error.
    var string: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// The first bytes of a file, and the system's word where they cannot be read.
struct FileBeginning {
    /// `DICM` stands at byte 128 (PS3.10 7.1).
    let hasPrefix: Bool

    init(path: String) throws(DICOMError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(String(cString: strerror(errno))) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .unreadable("is a folder, expected a DICOM file") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("is not a regular file") }
        if status.st_size == 0 { throw .notDICOM("the file is empty") }
        var bytes = [UInt8](repeating: 0, count: 4)
        let count = pread(descriptor, &bytes, 4, 128)
        guard count >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
        hasPrefix = count == 4 && bytes == Array("DICM".utf8)
    }
}
