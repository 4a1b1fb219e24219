/// The pixel data of a file, by what is there: a length or fragments, words or codestreams. The transfer syntax says what to
/// expect; where it is contradicted, a warning says so.
enum PixelData {
    case native(NativeFrames)
    case encapsulated(EncapsulatedFrames)

    /// Finds them. `warnings` are given what contradicts the transfer syntax, or is missing at the end.
    ///
    /// - Throws: `DICOMError.malformed` where they are nothing that can be read, `.noPixelData`.
    init(_ dataSet: DataSet, _ attributes: ImageAttributes, _ warnings: inout [String]) throws(DICOMError) {
        guard let element = dataSet[ElementHeads.pixelData] else { throw .noPixelData }
        let reader = dataSet.heads.reader
        let syntax = attributes.transferSyntax
        if dataSet.lacksDelimiter { warnings.append("the file ends before the delimiter of the pixel data") }
        if let fragments = dataSet.fragments {
            self = .encapsulated(EncapsulatedFrames(reader, fragments, frames: attributes.frames))
        } else {
            let bytes = element.valueStart..<min(element.end ?? reader.count, reader.count)
            let size = NativeFrames.size(attributes)
            // A writer may leave out the padding, or write some more.
            let isNativeSize = bytes.count == size || bytes.count == size &+ 1
            if dataSet.missingPixelBytes > 0 {
                guard isNativeSize else {
                    throw .malformed(
                        DataSet.cutOff(at: element.valueStart, by: dataSet.missingPixelBytes, ElementHeads.pixelData))
                }
                warnings.append(
                    "PixelData's length is \(element.length ?? 0), and the file has \(bytes.count) bytes of it, all that the image "
                        + "needs")
            }
            if !isNativeSize, let found = try Self.encapsulated(in: bytes, dataSet, attributes) {
                warnings.append("the pixel data are encapsulated, and PixelData has a length; its items are read")
                self = .encapsulated(found)
            } else if isNativeSize || syntax.encoding == .native {
                self = .native(
                    NativeFrames(
                        reader: reader, attributes: attributes, bytes: bytes,
                        isBigEndian: Self.isBigEndian(element, dataSet, attributes)))
            } else {
                throw .malformed(
                    "the pixel data are native and have \(bytes.count) bytes, where the image has \(size), and the transfer "
                        + "syntax is \(syntax.name)")
            }
        }
        if let contradiction = contradiction(attributes) { warnings.append(contradiction) }
    }

    /// What is there in place of what the transfer syntax says; nil where they agree.
    private func contradiction(_ attributes: ImageAttributes) -> String? {
        let syntax = attributes.transferSyntax
        let says = "the transfer syntax is \(syntax.name), but"
        switch self {
        case .native:
            return syntax.encoding == .native ? nil : "\(says) the pixel data are native; read as they are"
        case .encapsulated(let frames):
            if let kind = frames.kind {
                return kind.belongs(to: syntax) ? nil : "\(says) the codestream is \(kind.name); decoded by what it is"
            }
            if frames.hasWords(attributes) { return "\(says) the fragments hold plain words; read as they are" }
            return syntax.encoding == .native ? "\(says) the pixel data are encapsulated" : nil
        }
    }

    /// Items, or a codestream without any, in pixel data that have a length.
    private static func encapsulated(
        in bytes: Range<Int>, _ dataSet: DataSet, _ attributes: ImageAttributes
    ) throws(DICOMError) -> EncapsulatedFrames? {
        let reader = dataSet.heads.reader
        let heads = ElementHeads(reader: reader, isBigEndian: false)
        if bytes.count >= 8, heads.tag(at: bytes.lowerBound) == ElementHeads.item {
            let fragments = try Fragments(heads, from: bytes.lowerBound, to: bytes.upperBound, isDelimited: false)
            return EncapsulatedFrames(reader, fragments, frames: attributes.frames)
        }
        guard CodestreamKind.begins(reader.bytes(at: bytes.lowerBound, count: min(bytes.count, 8))) else { return nil }
        return EncapsulatedFrames(reader, codestream: bytes)
    }

    /// Words of 16 bits are in the data set's byte order, whatever the VR; of pixels of 8 bits OW makes words, too.
    private static func isBigEndian(_ element: ElementHead, _ dataSet: DataSet, _ attributes: ImageAttributes) -> Bool {
        dataSet.heads.isBigEndian && (attributes.bitsAllocated > 8 || element.vr == .ow)
    }
}
