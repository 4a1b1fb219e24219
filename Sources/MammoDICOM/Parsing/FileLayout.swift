/// Where the data set of a file begins and how it is said to be encoded, by the file meta information (PS3.10 7.1).
struct FileLayout {
    /// `DICM` stands at byte 128.
    let hasPrefix: Bool
    /// The first byte of the data set.
    let dataSetStart: Int
    /// The TransferSyntaxUID of the meta information; nil where there is none, or an empty one.
    let transferSyntaxUID: String?
    /// The SOP class of a DICOMDIR.
    let isDirectory: Bool
    /// What was odd.
    let warnings: [String]

    static let deflatedUID = "1.2.840.10008.1.2.1.99"
    static let implicitUID = "1.2.840.10008.1.2"

    /// - Throws: `DICOMError.malformed` where the meta information is not as PS3.10 has it: parsers differ in what they
    ///   make of it then.
    init(_ reader: ByteReader) throws(DICOMError) {
        hasPrefix = reader.bytes(at: 128, count: 4).elementsEqual("DICM".utf8)
        // Group 2 is always explicit and little-endian, or so it should be.
        let heads = ElementHeads(reader: reader, isBigEndian: false)
        var isExplicit = true
        var at = hasPrefix ? 132 : 0
        var uid: String?
        var directory = false
        while let tag = heads.tag(at: at), tag >> 16 == 0x0002,
            let head = heads.head(at: at, tag: tag, end: reader.count, isExplicit: &isExplicit)
        {
            guard let end = head.end, head.vr != .sq else {
                throw .malformed("a sequence in the file meta information")
            }
            guard end <= reader.count else { throw .malformed(DataSet.cutOff(at: at, by: end - reader.count, tag)) }
            let value = reader.bytes(at: head.valueStart, count: min(end - head.valueStart, 64)).filter { $0 > 0x20 }
            switch tag {
            case 0x0002_0010:
                guard uid == nil else { throw .malformed("two transfer syntaxes in the file meta information") }
                uid = String(decoding: value, as: UTF8.self)
            case 0x0002_0002: directory = value.elementsEqual("1.2.840.10008.1.3.10".utf8)
            default: break
            }
            at = end
        }
        dataSetStart = at
        transferSyntaxUID = uid.flatMap { $0.isEmpty ? nil : $0 }
        isDirectory = directory
        var warnings: [String] = []
        if uid?.isEmpty == true { warnings.append("TransferSyntaxUID is empty, taken by what the file holds") }
        if !isExplicit { warnings.append("the file meta information is written with implicit VR") }
        self.warnings = warnings
    }

    /// How the data set is encoded: as the transfer syntax says, where the first element does not contradict its byte order;
    /// where nothing says, by the first element.
    func encoding(_ reader: ByteReader, from start: Int) -> ElementEncoding {
        let syntax = transferSyntaxUID.flatMap(TransferSyntax.named)
        let isBigEndian = Self.isBigEndian(reader, start) ?? syntax?.isBigEndian ?? false
        if let syntax { return ElementEncoding(isExplicit: syntax.uid != Self.implicitUID, isBigEndian: isBigEndian) }
        let letters = reader.number(at: start + 4, bytes: 2, bigEndian: true).flatMap { UInt16(exactly: $0) }
        return ElementEncoding(
            isExplicit: letters.flatMap(ValueRepresentation.init) != nil, isBigEndian: isBigEndian)
    }

    /// Whether the first element's group has its most significant byte first: those of a data set are small, and 0008 read the
    /// wrong way round is 0800. Nil where it is the same both ways.
    private static func isBigEndian(_ reader: ByteReader, _ start: Int) -> Bool? {
        guard let little = reader.number(at: start, bytes: 2),
            let big = reader.number(at: start, bytes: 2, bigEndian: true), little != big
        else { return nil }
        return big < little
    }
}
