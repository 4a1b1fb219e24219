/// Where the data set of a file begins and how it may be encoded, by the file meta information (PS3.10 7.1).
struct FileLayout: Equatable {
    /// How elements are written.
    struct Encoding: Equatable {
        /// Value representations are written out.
        var isExplicit: Bool
        /// Numbers have their most significant byte first.
        var isBigEndian: Bool

        static let implicit = Encoding(isExplicit: false, isBigEndian: false)
        static let explicit = Encoding(isExplicit: true, isBigEndian: false)
        static let bigEndian = Encoding(isExplicit: true, isBigEndian: true)
    }

    /// `DICM` stands at byte 128.
    var hasPrefix: Bool
    /// The first byte of the data set.
    var dataSetStart: Int
    /// The TransferSyntaxUID of the meta information; nil where there is none.
    var transferSyntaxUID: String?

    static let deflatedUID = "1.2.840.10008.1.2.1.99"

    /// How the data set is encoded; every way it could be, where the file does not say.
    var encodings: [Encoding] {
        switch transferSyntaxUID.map(TransferSyntax.named) {
        case .none: [.explicit, .implicit, .bigEndian]
        case .some(let syntax) where syntax?.isBigEndian == true: [.bigEndian]
        case .some(let syntax): syntax?.uid == "1.2.840.10008.1.2" ? [.implicit] : [.explicit]
        }
    }

    /// - Throws: `DICOMError.malformed` where the meta information is not as PS3.10 has it: parsers differ in what they
    ///   make of it then.
    init(_ reader: ByteReader) throws(DICOMError) {
        hasPrefix = reader.bytes(at: 128, count: 4).elementsEqual("DICM".utf8)
        var at = hasPrefix ? 132 : 0
        // Group 2 is always explicit and little-endian.
        while reader.number(at: at, bytes: 2) == 0x0002, let element = ExplicitElement(reader, at: at, bigEndian: false)
        {
            guard let length = element.length, element.vr != "SQ" else {
                throw .malformed("a sequence in the file meta information")
            }
            if element.element == 0x0010 {
                guard transferSyntaxUID == nil else {
                    throw .malformed("two transfer syntaxes in the file meta information")
                }
                let value = reader.bytes(at: element.valueStart, count: min(length, 64))
                transferSyntaxUID = String(decoding: value.filter { $0 > 0x20 }, as: UTF8.self)
            }
            at = element.valueStart + length
        }
        dataSetStart = at
    }
}

/// The head of an element with explicit VR (PS3.5 7.1.2).
struct ExplicitElement {
    let element: Int
    let vr: String
    let valueStart: Int
    /// nil where undefined.
    let length: Int?

    private static let longForms: Set = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]
    private static let shortForms: Set = [
        "AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO", "LT", "PN", "SH", "SL", "SS", "ST", "TM",
        "UI",
        "UL", "US",
    ]

    /// nil where the bytes end or are no VR of PS3.5 6.2.
    init?(_ reader: ByteReader, at place: Int, bigEndian: Bool) {
        guard let element = reader.number(at: place + 2, bytes: 2, bigEndian: bigEndian) else { return nil }
        vr = String(decoding: reader.bytes(at: place + 4, count: 2), as: UTF8.self)
        self.element = element
        if Self.longForms.contains(vr) {
            guard let length = reader.number(at: place + 8, bytes: 4, bigEndian: bigEndian) else { return nil }
            valueStart = place + 12
            self.length = length == 0xFFFF_FFFF ? nil : length
        } else if Self.shortForms.contains(vr) {
            guard let length = reader.number(at: place + 6, bytes: 2, bigEndian: bigEndian) else { return nil }
            valueStart = place + 8
            self.length = length
        } else {
            return nil
        }
    }
}
