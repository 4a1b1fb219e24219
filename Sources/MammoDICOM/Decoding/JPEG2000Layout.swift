/// The parts of a JPEG 2000 codestream (ISO/IEC 15444-1 annex A), walked before it is decoded: OpenJPEG takes a stream
/// whose last tiles are not there for a whole one, and leaves them black.
struct JPEG2000Layout {
    /// Rows, columns and tiles as the SIZ segment has them.
    let rows: Int
    let columns: Int
    let tiles: Int
    /// Bits a sample, and whether the codestream takes the highest for a sign.
    let precision: Int
    let isSigned: Bool
    /// The image's upper left corner is that of the reference grid, so that a reduced size is a plain fraction.
    let startsAtOrigin: Bool
    /// Coded as HTJ2K (CAP): OpenJPEG's assertions are within a damaged stream's reach there, and they are survived on one
    /// thread alone.
    private(set) var isHighThroughput = false
    /// How often rows and columns are halved (COD).
    private(set) var decompositionLevels = 0

    private let stream: UnsafeRawBufferPointer

    private static let soc = 0xFF4F
    private static let siz = 0xFF51
    private static let cap = 0xFF50
    private static let coc = 0xFF53
    private static let sod = 0xFF93
    private static let cod = 0xFF52
    private static let sot = 0xFF90
    private static let eoc = 0xFFD9

    /// Reads SIZ, and checks that every tile has all of its parts.
    ///
    /// - Throws: `DICOMError.undecodable`.
    init(_ file: UnsafeRawBufferPointer) throws(DICOMError) {
        let stream = try Self.codestream(in: file)
        self.stream = stream
        func size(_ at: Int) -> Int { Self.number(stream, at, 4) ?? 0 }
        guard Self.number(stream, 0, 2) == Self.soc, Self.number(stream, 2, 2) == Self.siz, stream.count >= 44 else {
            throw Self.bad("it does not begin with an image header")
        }
        let (right, bottom, left, top) = (size(8), size(12), size(16), size(20))
        let (tileWidth, tileHeight, tileLeft, tileTop) = (size(24), size(28), size(32), size(36))
        guard right > left, bottom > top, tileWidth > 0, tileHeight > 0, tileLeft <= left, tileTop <= top else {
            throw Self.bad("its image header contradicts itself")
        }
        guard let components = Self.number(stream, 40, 2), components == 1 else {
            throw .colour(
                photometricInterpretation: "in the codestream", samplesPerPixel: Self.number(stream, 40, 2) ?? 0)
        }
        startsAtOrigin = left == 0 && top == 0
        rows = bottom - top
        columns = right - left
        // DICOM's Rows and Columns have 16 bits; the numbers of tiles and packets below are far from overflowing then.
        guard rows <= 65_535, columns <= 65_535 else {
            throw Self.bad("its image header says \(rows)x\(columns), expected at most 65535x65535")
        }
        let across = (right - tileLeft + tileWidth - 1) / tileWidth
        let down = (bottom - tileTop + tileHeight - 1) / tileHeight
        // A tile part takes 14 bytes at the least: its header and the marker behind it.
        guard across <= 65_535, down <= 65_535, across * down <= 65_535, across * down * 14 <= stream.count else {
            throw Self.bad("\(across) by \(down) tiles cannot be in \(stream.count) bytes")
        }
        tiles = across * down
        precision = Int(stream[42] & 0x7F) + 1
        isSigned = stream[42] & 0x80 != 0
        try checkTileParts(from: try readMainHeader())
    }

    private static func bad(_ reason: String) -> DICOMError { .undecodable(codec: "JPEG 2000", reason: reason) }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ length: Int) -> Int? {
        guard at >= 0, at + length <= bytes.count else { return nil }
        return bytes[at..<at + length].reduce(0) { $0 << 8 | Int($1) }
    }

    /// The codestream of a JP2 file lies in its `jp2c` box (15444-1 annex I); a bare one is the whole.
    private static func codestream(in file: UnsafeRawBufferPointer) throws(DICOMError) -> UnsafeRawBufferPointer {
        guard number(file, 0, 4) == 12, number(file, 4, 4) == 0x6A50_2020 else { return file }
        var at = 0
        while let length = number(file, at, 4), let type = number(file, at + 4, 4) {
            // Length 1 means that eight bytes more hold it, 0 that the box goes to the end.
            let head = length == 1 ? 16 : 8
            let whole = length == 1 ? number(file, at + 8, 8) ?? 0 : length == 0 ? file.count - at : length
            guard whole >= head else { break }
            if type == 0x6A70_3263 {
                // A box that says it is longer than the file is taken as far as it goes: its tile parts will tell.
                return UnsafeRawBufferPointer(
                    rebasing: file[min(at + head, file.count)..<at + min(whole, file.count - at)])
            }
            guard whole <= file.count - at else { break }
            at += whole
        }
        throw bad("its JP2 boxes hold no codestream")
    }

    /// Walks the marker segments; returns where the first tile part begins.
    private mutating func readMainHeader() throws(DICOMError) -> Int {
        var at = 2
        while let marker = Self.number(stream, at, 2), marker != Self.sot, marker != Self.eoc {
            guard marker >= 0xFF00, let length = Self.number(stream, at + 2, 2), length >= 2 else {
                throw Self.bad("its main header is damaged")
            }
            if marker == Self.cod { try readCodingStyle(at) }
            if marker == Self.coc {
                throw Self.bad("it has coding parameters by component (COC) for a single component")
            }
            if marker == Self.cap { isHighThroughput = true }
            at += 2 + length
        }
        return at
    }

    /// COD (A.6.1): the levels, and whether there can be as many packets as it says. Each takes a byte at the least, and
    /// OpenJPEG allocates for all of them.
    private mutating func readCodingStyle(_ at: Int) throws(DICOMError) {
        guard let style = Self.number(stream, at + 4, 1), let layers = Self.number(stream, at + 6, 2),
            let levels = Self.number(stream, at + 9, 1), levels <= 32
        else { throw Self.bad("its coding parameters are damaged") }
        decompositionLevels = levels
        var packets = 0
        for level in 0...levels {
            let exponents = style & 1 == 0 ? 0xFF : Self.number(stream, at + 14 + level, 1) ?? 0xFF
            let shift = levels - level
            func precincts(_ length: Int, _ exponent: Int) -> Int {
                let reduced = (length + (1 << shift) - 1) >> shift
                return (reduced + (1 << exponent) - 1) >> exponent
            }
            packets += layers * precincts(columns, exponents & 15) * precincts(rows, exponents >> 4)
        }
        guard packets <= stream.count else { throw Self.bad("\(packets) packets cannot be in \(stream.count) bytes") }
    }

    /// Follows the tile parts from header to header.
    private func checkTileParts(from start: Int) throws(DICOMError) {
        var at = start
        var seen = [Int](repeating: 0, count: tiles)
        var told = [Int](repeating: 0, count: tiles)
        while Self.number(stream, at, 2) == Self.sot {
            guard let tile = Self.number(stream, at + 4, 2), let length = Self.number(stream, at + 6, 4),
                let parts = Self.number(stream, at + 11, 1), tile < tiles
            else { throw Self.bad("a tile part's header is damaged") }
            try checkTilePartHeader(at + 12)
            seen[tile] += 1
            told[tile] = max(told[tile], parts)
            // Length 0: the last part, up to the end.
            at = length == 0 ? stream.count : at + max(length, 12)
            guard at <= stream.count else { throw Self.bad("it ends early (in tile \(tile)); fetch the file again") }
        }
        if let missing = seen.indices.first(where: { seen[$0] == 0 || seen[$0] < told[$0] }) {
            throw Self.bad("it ends early (tile \(missing) of \(tiles) is incomplete); fetch the file again")
        }
    }

    /// A tile may change the coding parameters, which no writer of DICOM does and the bounds above do not know of.
    private func checkTilePartHeader(_ start: Int) throws(DICOMError) {
        var at = start
        while let marker = Self.number(stream, at, 2), marker != Self.sod {
            guard marker != Self.cod, marker != Self.coc, let length = Self.number(stream, at + 2, 2), length >= 2
            else {
                throw Self.bad("a tile part's header is damaged, or changes the coding parameters")
            }
            at += 2 + length
        }
    }
}
