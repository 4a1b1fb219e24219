/// Reads little-endian numbers and runs of bytes, never past the end.
struct ByteCursor {
    let bytes: ArraySlice<UInt8>
    /// The next byte's index in the file.
    private(set) var at: Int

    /// A cursor at the beginning of a part of a file.
    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        at = bytes.startIndex
    }

    /// The next `count` bytes; nil where there are not so many.
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.endIndex - at else { return nil }
        defer { at += count }
        return bytes[at..<at + count]
    }

    /// The next bytes as a number; nil where they end too early.
    mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        guard let run = take(MemoryLayout<Number>.size) else { return nil }
        return run.reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    /// The bytes up to a line feed, which is passed over; nil where there is none.
    mutating func line() -> ArraySlice<UInt8>? {
        guard let end = bytes[at...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { at = end + 1 }
        return bytes[at..<end]
    }
}
