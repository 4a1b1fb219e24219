/// Finds the fragments that make up a frame (PS3.5 A.4): item 0 is the basic offset table, the rest are fragments.
struct EncapsulatedFrames {
    let reader: ByteReader
    let frames: Int
    /// The bytes of the basic offset table; empty where there is none.
    let table: Range<Int>
    /// The bytes of each fragment.
    let fragments: ArraySlice<Range<Int>>
    /// The fragments end with the file, without a delimiter.
    let lacksEnd: Bool

    /// Fragments behind an offset table, which some writers forget.
    init(_ reader: ByteReader, _ found: Fragments, frames: Int) {
        let first = found.items.first ?? 0..<0
        let hasTable = !CodestreamKind.begins(reader.bytes(at: first.lowerBound, count: min(first.count, 8)))
        self.reader = reader
        self.frames = frames
        table = hasTable ? first : first.lowerBound..<first.lowerBound
        fragments = hasTable ? found.items.dropFirst() : found.items[...]
        lacksEnd = found.lacksEnd
    }

    /// One codestream without items around it.
    init(_ reader: ByteReader, codestream: Range<Int>) {
        self.reader = reader
        frames = 1
        table = codestream.lowerBound..<codestream.lowerBound
        fragments = [codestream]
        lacksEnd = false
    }

    /// What the first codestream begins as; nil where that is nothing known.
    var kind: CodestreamKind? {
        guard let first = fragments.first else { return nil }
        return reader.bytes(at: first.lowerBound, count: min(first.count, CodestreamKind.lookedAt))
            .withUnsafeBytes { CodestreamKind($0) }
    }

    /// The first fragment is as long as a frame of plain words.
    func hasWords(_ attributes: ImageAttributes) -> Bool {
        fragments.first.map { NativeFrames.isOneFrame($0.count, attributes) } ?? false
    }

    /// Hands the codestream of frame `number` (from 1) to `body`.
    func withCodestream<Result>(
        ofFrame number: Int, _ body: (UnsafeRawBufferPointer) throws(DICOMError) -> Result
    ) throws(DICOMError) -> Result {
        let wanted = try fragmentRange(ofFrame: number)
        let length = fragments[wanted].reduce(0) { $0 + $1.count }
        var isWhole = true
        let codestream = [UInt8](largeCapacity: length) { buffer, count in
            for fragment in fragments[wanted] {
                let part = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<count + fragment.count])
                isWhole = isWhole && reader.read(at: fragment.lowerBound, into: part)
                count += fragment.count
            }
        }
        guard isWhole else { throw .unreadable("the file changed or could not be read to its end") }
        if lacksEnd, wanted.upperBound == fragments.endIndex { try checkEnd(codestream) }
        return try codestream.withUnsafeBufferPointer { (bytes) throws(DICOMError) in
            try body(UnsafeRawBufferPointer(bytes))
        }
    }

    /// Where the file ends without a delimiter, a JPEG codestream has to have its end marker, padded or not: fragments may be
    /// missing. An RLE frame is one fragment.
    private func checkEnd(_ codestream: [UInt8]) throws(DICOMError) {
        let end = codestream.last == 0 ? codestream.dropLast() : codestream[...]
        guard !CodestreamKind.begins(codestream) || end.suffix(2) == [0xFF, 0xD9] else {
            throw .malformed("the file ends before the pixel data do (truncated); fetch it again")
        }
    }

    private func fragmentRange(ofFrame number: Int) throws(DICOMError) -> Range<Int> {
        guard !fragments.isEmpty else {
            throw .malformed("the pixel data are encapsulated and have no fragments")
        }
        let (first, end) = (fragments.startIndex, fragments.endIndex)
        if frames == 1 { return first..<end }
        if frames == fragments.count { return first + number - 1..<first + number }
        var starts = try offsetTableStarts()
        if starts.isEmpty { starts = codestreamStarts() }
        guard starts.count == frames else {
            throw .malformed(
                "\(fragments.count) fragments, of which \(starts.count) begin a frame, for \(frames) frames")
        }
        return starts[number - 1]..<(number < starts.count ? starts[number] : end)
    }

    /// The first fragment of each frame by the basic offset table; none where the table is empty.
    private func offsetTableStarts() throws(DICOMError) -> [Int] {
        guard let first = fragments.first, table.count >= 4 else { return [] }
        // Offsets count from the first byte after the table, the 8-byte head of each item included.
        let places = fragments.indices.map { (fragments[$0].lowerBound - first.lowerBound, $0) }
        let fragmentAt = Dictionary(places) { kept, _ in kept }
        var starts: [Int] = []
        for entry in 0..<(table.count / 4) {
            let offset = reader.number(at: table.lowerBound + 4 * entry, bytes: 4) ?? 0
            guard let fragment = fragmentAt[offset] else {
                throw .malformed("the basic offset table points to byte \(offset), where no fragment begins")
            }
            guard starts.last.map({ $0 < fragment }) ?? true else {
                throw .malformed("the basic offset table does not increase")
            }
            starts.append(fragment)
        }
        return starts
    }

    /// The fragments that begin as a codestream does: JPEG's SOI, JPEG 2000's SOC, or a JP2 signature box.
    private func codestreamStarts() -> [Int] {
        fragments.indices.filter {
            CodestreamKind.begins(reader.bytes(at: fragments[$0].lowerBound, count: min(fragments[$0].count, 8)))
        }
    }
}
