/// How pixel data are stored in a file (PS3.5 section 10 and annex A), by the UIDs of PS3.6 annex A.
public struct TransferSyntax: Hashable, Sendable {
    /// The family of decoders a transfer syntax needs.
    public enum Encoding: String, Hashable, Sendable {
        /// Not compressed.
        case native
        /// Runs of equal bytes (PS3.5 annex G).
        case rle = "RLE"
        /// JPEG, lossless and lossy.
        case jpeg = "JPEG"
        /// JPEG-LS, lossless and near-lossless.
        case jpegLS = "JPEG-LS"
        /// JPEG 2000, lossless and lossy.
        case jpeg2000 = "JPEG 2000"
    }

    /// The UID, for example `1.2.840.10008.1.2.4.70`.
    public let uid: String
    /// The name people use, for example `JPEG Lossless SV1`.
    public let name: String
    /// What decodes it.
    public let encoding: Encoding
    /// Whether words are stored with the most significant byte first (only Explicit VR Big Endian).
    public let isBigEndian: Bool

    private init(_ uid: String, _ name: String, _ encoding: Encoding, isBigEndian: Bool = false) {
        self.uid = uid
        self.name = name
        self.encoding = encoding
        self.isBigEndian = isBigEndian
    }

    /// Every transfer syntax that is read; README says what each was tested with.
    public static let all: [TransferSyntax] = [
        TransferSyntax("1.2.840.10008.1.2", "Implicit VR Little Endian", .native),
        TransferSyntax("1.2.840.10008.1.2.1", "Explicit VR Little Endian", .native),
        TransferSyntax("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", .native),
        TransferSyntax("1.2.840.10008.1.2.2", "Explicit VR Big Endian", .native, isBigEndian: true),
        TransferSyntax("1.2.840.10008.1.2.5", "RLE Lossless", .rle),
        TransferSyntax("1.2.840.10008.1.2.4.50", "JPEG Baseline", .jpeg),
        TransferSyntax("1.2.840.10008.1.2.4.51", "JPEG Extended", .jpeg),
        TransferSyntax("1.2.840.10008.1.2.4.57", "JPEG Lossless", .jpeg),
        TransferSyntax("1.2.840.10008.1.2.4.70", "JPEG Lossless SV1", .jpeg),
        TransferSyntax("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless", .jpegLS),
        TransferSyntax("1.2.840.10008.1.2.4.81", "JPEG-LS Near-Lossless", .jpegLS),
        TransferSyntax("1.2.840.10008.1.2.4.90", "JPEG 2000 Lossless", .jpeg2000),
        TransferSyntax("1.2.840.10008.1.2.4.91", "JPEG 2000", .jpeg2000),
        TransferSyntax("1.2.840.10008.1.2.4.201", "HTJ2K Lossless", .jpeg2000),
        TransferSyntax("1.2.840.10008.1.2.4.202", "HTJ2K Lossless RPCL", .jpeg2000),
        TransferSyntax("1.2.840.10008.1.2.4.203", "HTJ2K", .jpeg2000),
    ]

    static let rle = "1.2.840.10008.1.2.5"
    static let jpegBaseline = "1.2.840.10008.1.2.4.50"
    static let jpegExtended = "1.2.840.10008.1.2.4.51"
    static let jpegLossless = "1.2.840.10008.1.2.4.57"
    static let jpegLosslessSV1 = "1.2.840.10008.1.2.4.70"
    static let jpegLSNear = "1.2.840.10008.1.2.4.81"
    static let jpeg2000 = "1.2.840.10008.1.2.4.91"
    static let htj2k = "1.2.840.10008.1.2.4.203"

    private static let byUID = Dictionary(uniqueKeysWithValues: all.map { ($0.uid, $0) })

    /// The transfer syntax with this UID, or nil where it is not in the table.
    public static func named(_ uid: String) -> TransferSyntax? { byUID[uid] }
}
