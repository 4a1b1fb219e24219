/// Where the data set of a file begins and how it is encoded, by the file meta information (PS3.10 7.1).
struct FileLayout: Equatable {
    /// `DICM` stands at byte 128.
    var hasPrefix: Bool
    /// The first byte of the data set.
    var dataSetStart: Int
    /// The TransferSyntaxUID of the meta information; nil where there is none.
    var transferSyntaxUID: String?
    /// Value representations are written out.
    var isExplicit: Bool
    /// Numbers have their most significant byte first.
    var isBigEndian: Bool

    static let deflatedUID = "1.2.840.10008.1.2.1.99"

    init(_ reader: ByteReader) {
        hasPrefix = reader.bytes(at: 128, count: 4).elementsEqual("DICM".utf8)
        var at = hasPrefix ? 132 : 0
        var uid: String?
        // Group 2 is always explicit and little-endian.
        while reader.number(at: at, bytes: 2) == 0x0002,
            let element = ExplicitElement(reader, at: at, bigEndian: false),
            let length = element.length
        {
            if element.element == 0x0010 {
                let value = reader.bytes(at: element.valueStart, count: min(length, 64))
                uid = String(decoding: value.filter { $0 > 0x20 }, as: UTF8.self)
            }
            at = element.valueStart + length
        }
        dataSetStart = at
        transferSyntaxUID = uid
        // Without meta information the VR shows itself: two capital letters behind the first tag.
        let letters = reader.bytes(at: at + 4, count: 2)
        let showsVR = letters.count == 2 && letters.allSatisfy { (0x41...0x5A).contains($0) }
        isExplicit = uid.map { $0 != "1.2.840.10008.1.2" } ?? showsVR
        isBigEndian = uid.flatMap(TransferSyntax.named)?.isBigEndian ?? false
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
