import CLibDeflate

/// Inflates the data set of Deflated Explicit VR Little Endian (PS3.5 A.5) within bounds, which DCMTK does not have.
enum Inflation {
    /// Two bytes for each pixel of the largest image, and 64 MB for everything else.
    static let mostBytes = 2 * FrameShape.mostPixels + (64 << 20)

    /// - Throws: `DICOMError.malformed` where the data are damaged, end early, or inflate to more than `mostBytes`.
    static func dataSet(_ reader: ByteReader, from start: Int) throws(DICOMError) -> [UInt8] {
        guard reader.count - start <= mostBytes else {
            throw .malformed("the deflated data set is larger than \(mostBytes >> 20) MB")
        }
        let deflated = Array(reader.bytes(at: start, count: reader.count - start))
        guard let decompressor = libdeflate_alloc_decompressor() else {
            throw .malformed("not enough memory to inflate")
        }
        defer { libdeflate_free_decompressor(decompressor) }
        // No deflated byte can stand for more than 1032 (RFC 1951: a match of 258 bytes in two bits).
        let bound = min(mostBytes, 1032 * deflated.count + 1)
        var room = min(bound, 6 * deflated.count + (1 << 16))
        while true {
            var result = LIBDEFLATE_SUCCESS
            let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                result = libdeflate_deflate_decompress(
                    decompressor, deflated, deflated.count, buffer.baseAddress, room, &count)
                if result != LIBDEFLATE_SUCCESS { count = 0 }
            }
            if result == LIBDEFLATE_SUCCESS { return bytes }
            guard result == LIBDEFLATE_INSUFFICIENT_SPACE else {
                throw .malformed("the deflated data set is damaged or ends early; fetch the file again")
            }
            guard room < bound else { throw .malformed("the deflated data set is larger than \(mostBytes >> 20) MB") }
            room = min(bound, 2 * room)
        }
    }
}
