/// What a codestream is, by its own first bytes. The transfer syntax says the same in sound files.
enum CodestreamKind: Equatable {
    /// PS3.5 annex G, one or two byte planes.
    case rle
    /// The JPEG family, with its process where the frame header is among the bytes that were looked at.
    case jpeg(JPEGHeader.Process?)
    /// A bare codestream or a JP2 file.
    case jpeg2000(isHighThroughput: Bool)

    /// Nil where the bytes begin as none of them.
    init?(_ bytes: UnsafeRawBufferPointer) {
        if bytes.starts(with: Self.jpegStart) {
            self = .jpeg((try? JPEGHeader(bytes, codec: "JPEG"))?.process)
        } else if bytes.starts(with: Self.jpeg2000Start) || bytes.starts(with: Self.jp2Start) {
            self = .jpeg2000(isHighThroughput: Self.isHighThroughput(bytes))
        } else if Self.isRLE(bytes) {
            self = .rle
        } else {
            return nil
        }
    }

    /// A frame of several fragments begins so; RLE frames have one each.
    static func begins(_ bytes: some Sequence<UInt8>) -> Bool {
        [jpegStart, jpeg2000Start, jp2Start].contains { bytes.starts(with: $0) }
    }

    /// The kind of a codestream is detected in so many bytes: markers before a JPEG frame header are rarely longer.
    static let lookedAt = 1 << 12

    /// Whether files of a transfer syntax have such codestreams.
    func belongs(to syntax: TransferSyntax) -> Bool {
        switch self {
        case .rle: syntax.encoding == .rle
        case .jpeg(nil): syntax.encoding == .jpeg || syntax.encoding == .jpegLS
        case .jpeg(.jpegLS): syntax.encoding == .jpegLS
        case .jpeg(.baseline): [TransferSyntax.jpegBaseline, TransferSyntax.jpegExtended].contains(syntax.uid)
        case .jpeg(.extended): syntax.uid == TransferSyntax.jpegExtended
        case .jpeg(.lossless): [TransferSyntax.jpegLossless, TransferSyntax.jpegLosslessSV1].contains(syntax.uid)
        case .jpeg2000(let isHighThroughput):
            syntax.encoding == .jpeg2000 && isHighThroughput == syntax.name.hasPrefix("HTJ2K")
        }
    }

    /// The transfer syntax it would have, the most general of several.
    var syntaxUID: String {
        switch self {
        case .rle: TransferSyntax.rle
        case .jpeg(.baseline), .jpeg(nil): TransferSyntax.jpegBaseline
        case .jpeg(.extended): TransferSyntax.jpegExtended
        case .jpeg(.lossless): TransferSyntax.jpegLossless
        case .jpeg(.jpegLS): TransferSyntax.jpegLSNear
        case .jpeg2000(false): TransferSyntax.jpeg2000
        case .jpeg2000(true): TransferSyntax.htj2k
        }
    }

    /// For messages.
    var name: String {
        switch self {
        case .rle: "RLE"
        case .jpeg(nil): "JPEG"
        case .jpeg(.baseline): "JPEG Baseline"
        case .jpeg(.extended): "JPEG Extended"
        case .jpeg(.lossless): "JPEG Lossless"
        case .jpeg(.jpegLS): "JPEG-LS"
        case .jpeg2000(false): "JPEG 2000"
        case .jpeg2000(true): "HTJ2K"
        }
    }

    private static let jpegStart: [UInt8] = [0xFF, 0xD8, 0xFF]
    private static let jpeg2000Start: [UInt8] = [0xFF, 0x4F, 0xFF, 0x51]
    private static let jp2Start: [UInt8] = [0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]

    /// Extended capabilities (CAP, 15444-15) follow the image header at once.
    private static func isHighThroughput(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let looked = UnsafeRawBufferPointer(rebasing: bytes[..<min(bytes.count, lookedAt)])
        let places = 0..<max(0, looked.count - 5)
        guard
            let start = places.first(where: { looked[$0] == 0xFF && looked[$0 + 1] == 0x4F && looked[$0 + 2] == 0xFF })
        else { return false }
        let next = start + 4 + Int(looked[start + 4]) << 8 + Int(looked[start + 5])
        return next + 1 < looked.count && looked[next] == 0xFF && looked[next + 1] == 0x50
    }

    /// Sixteen numbers: how many byte planes, where each begins, and zeros.
    private static func isRLE(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 64 else { return false }
        let words = (0..<16).map {
            Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
        guard words[0] == 1 || words[0] == 2, words[1] == 64 else { return false }
        return words[(words[0] + 1)...].allSatisfy { $0 == 0 } && (words[0] == 1 || words[2] > 64)
    }
}
