/// Why a file gave no pixels. The description names what was found and what was expected; the path is the caller's
/// to put in front.
public enum DICOMError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system could not open or read the file; the text is its reason.
    case unreadable(String)
    /// The bytes are not those of a DICOM file.
    case notDICOM(String)
    /// The file begins as DICOM and then breaks the rules of PS3.5; the text says where.
    case malformed(String)
    /// An attribute that decoding needs is not there.
    case missingAttribute(String)
    /// An attribute has a value that no image can have.
    case badAttribute(name: String, found: String, expected: String)
    /// No PixelData element: a report, a directory, or a header alone.
    case noPixelData
    /// A transfer syntax that is not in the table.
    case unsupportedTransferSyntax(String)
    /// A colour image; only MONOCHROME1 and MONOCHROME2 are read.
    case colour(photometricInterpretation: String, samplesPerPixel: Int)
    /// PixelData is whole and has fewer bytes than the rest of the header says.
    case tooFewBytes(found: Int, needed: Int)
    /// Pixel data of floating-point numbers; the text is the element.
    case floatingPoint(String)
    /// Rows and Columns that the codestream contradicts.
    case sizeContradicted(rows: Int, columns: Int, streamRows: Int, streamColumns: Int)
    /// An image larger than any the data can justify.
    case tooLarge(rows: Int, columns: Int, reason: String)
    /// A frame number that the file does not have; both count from 1.
    case noSuchFrame(Int, of: Int)
    /// A codestream that its decoder gave up on.
    case undecodable(codec: String, reason: String)

    /// One line without the path.
    public var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .notDICOM(let reason): "not a DICOM file: \(reason)"
        case .malformed(let reason): "damaged DICOM file: \(reason)"
        case .missingAttribute(let name): "\(name) is missing; the image cannot be laid out without it"
        case .badAttribute(let name, let found, let expected): "\(name) is \(found), expected \(expected)"
        case .noPixelData: "no pixel data (no element 7FE0,0010): not an image"
        case .unsupportedTransferSyntax(let uid):
            "transfer syntax \(uid) is not supported; convert the file first (for example with gdcmconv --raw)"
        case .colour(let interpretation, let samples):
            "colour image (\(interpretation), \(samples) samples a pixel), expected MONOCHROME1 or MONOCHROME2"
        case .tooFewBytes(let found, let needed):
            "PixelData has \(found) bytes, and \(needed) are needed by Rows, Columns, BitsAllocated and the frame's number: the "
                + "header contradicts the pixel data"
        case .floatingPoint(let element):
            "pixel data of floating-point numbers (\(element)), expected PixelData (7FE0,0010)"
        case .sizeContradicted(let rows, let columns, let streamRows, let streamColumns):
            "the header says \(rows)×\(columns) (rows × columns), the codestream says \(streamRows)×\(streamColumns)"
        case .tooLarge(let rows, let columns, let reason): "\(rows)×\(columns) pixels are too many: \(reason)"
        case .noSuchFrame(let frame, let count): "no frame \(frame): the file has \(count)"
        case .undecodable(let codec, let reason): "the \(codec) stream does not decode: \(reason)"
        }
    }
}
