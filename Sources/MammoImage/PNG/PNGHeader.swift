/// What the first bytes of a PNG say.
package struct PNGHeader: Equatable, Sendable {
    /// How many bytes that takes.
    package static let length = 26

    /// Height in pixels.
    package let rows: Int
    /// Width in pixels.
    package let columns: Int
    /// Bits a sample.
    package let bits: Int
    /// Whether it is gray without transparency.
    package var isGray: Bool { kind == 0 }
    /// The colour type of PNG's specification, 11.2.2.
    private let kind: Int

    /// Reads a PNG's signature and the first fields of its header; nil where they are not those of one.
    ///
    /// - Parameter bytes: The file's first bytes.
    package init?(_ bytes: [UInt8]) {
        let start: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        guard bytes.count >= Self.length, bytes.starts(with: start) else { return nil }
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        (columns, rows, bits, kind) = (number(16), number(20), Int(bytes[24]), Int(bytes[25]))
    }

    /// Why the image is not taken, and what makes one of it that is; nil where it is gray with 8 or 16 bits.
    package var refusal: String? {
        guard !isGray || (bits != 8 && bits != 16) else { return nil }
        let found =
            switch kind {
            case 0: "gray with \(bits) bits"
            case 2: "RGB with \(bits) bits a colour"
            case 3: "colours of a palette"
            case 4: "gray and transparent"
            default: "RGB and transparent"
            }
        return "\(found), expected gray with 8 or 16 bits; convert it (Pillow: image.convert('L').save(path))"
    }
}
