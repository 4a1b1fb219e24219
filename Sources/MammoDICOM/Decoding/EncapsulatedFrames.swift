import CMessage
import CDCMTK

/// Finds the fragments that make up a frame (PS3.5 A.4): item 0 is the basic offset table, the rest are fragments.
struct EncapsulatedFrames {
    let file: OpaquePointer
    let attributes: ImageAttributes

    /// Hands the codestream of frame `number` (from 1) to `body`; it is copied only where it lies in several fragments.
    func withCodestream<Result>(
        ofFrame number: Int, _ body: (UnsafeRawBufferPointer) throws(DICOMError) -> Result
    ) throws(DICOMError) -> Result {
        let fragments = try fragmentRange(ofFrame: number)
        if fragments.count == 1 { return try body(try item(fragments.lowerBound)) }
        var codestream: [UInt8] = []
        for index in fragments { codestream.append(contentsOf: try item(index)) }
        return try codestream.withUnsafeBufferPointer { (bytes) throws(DICOMError) in
            try body(UnsafeRawBufferPointer(bytes))
        }
    }

    private var fragmentCount: Int { max(0, Int(cdcmtk_item_count(file)) - 1) }

    /// The bytes of item `index`; fragments are numbered from 1.
    private func item(_ index: Int) throws(DICOMError) -> UnsafeRawBufferPointer {
        var bytes: UnsafePointer<UInt8>?
        var length = 0
        var message = cmessage()
        guard cdcmtk_item(file, UInt(index), &bytes, &length, &message) == 0 else {
            throw .malformed("fragment \(index) of the pixel data: \(message.string)")
        }
        return UnsafeRawBufferPointer(start: bytes, count: length)
    }

    private func fragmentRange(ofFrame number: Int) throws(DICOMError) -> Range<Int> {
        guard fragmentCount > 0 else { throw .truncated(found: 0, needed: attributes.rows * attributes.columns) }
        if attributes.frames == 1 { return 1..<(fragmentCount + 1) }
        if attributes.frames == fragmentCount { return number..<(number + 1) }
        var starts = try offsetTableStarts()
        if starts.isEmpty { starts = try codestreamStarts() }
        guard starts.count == attributes.frames else {
            throw .malformed(
                "\(fragmentCount) fragments, of which \(starts.count) begin a frame, for \(attributes.frames) frames")
        }
        let end = number < starts.count ? starts[number] : fragmentCount + 1
        guard starts[number - 1] < end else { throw .malformed("the basic offset table does not increase") }
        return starts[number - 1]..<end
    }

    /// The first fragment of each frame by the basic offset table; none where the table is empty.
    private func offsetTableStarts() throws(DICOMError) -> [Int] {
        let table = try item(0)
        guard table.count >= 4 else { return [] }
        // Offsets count from the first byte after the table, the 8-byte head of each item included.
        var fragmentAt: [Int: Int] = [:]
        var offset = 0
        for index in 1...fragmentCount {
            fragmentAt[offset] = index
            offset += 8 + (try item(index).count)
        }
        var starts: [Int] = []
        for entry in 0..<(table.count / 4) {
            let offset = Int(UInt32(littleEndian: table.loadUnaligned(fromByteOffset: 4 * entry, as: UInt32.self)))
            guard let fragment = fragmentAt[offset] else {
                throw .malformed("the basic offset table points to byte \(offset), where no fragment begins")
            }
            starts.append(fragment)
        }
        return starts
    }

    /// The fragments that begin as a codestream does: JPEG's SOI, JPEG 2000's SOC, or a JP2 signature box.
    private func codestreamStarts() throws(DICOMError) -> [Int] {
        let beginnings: [[UInt8]] = [[0xFF, 0xD8, 0xFF], [0xFF, 0x4F, 0xFF, 0x51], [0, 0, 0, 0x0C, 0x6A, 0x50]]
        var starts: [Int] = []
        for index in 1...fragmentCount {
            let bytes = try item(index)
            if beginnings.contains(where: { bytes.starts(with: $0) }) { starts.append(index) }
        }
        return starts
    }
}
