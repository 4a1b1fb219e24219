import CLibDeflate

/// Writes gray PNGs (ISO/IEC 15948): Up-filtered rows in one IDAT chunk, compressed by libdeflate.
///
/// Up at libdeflate's level 4 gave smaller files than libpng's adaptive filters at zlib level 7, in an eighth of the time.
public enum PNGEncoder {
    /// Smaller and faster than zlib's level 7 over libpng's filters.
    public static let defaultLevel = 4

    /// The bytes of a whole PNG file.
    ///
    /// - Parameters:
    ///   - image: what to write.
    ///   - level: libdeflate's compression level, 0 to 12.
    /// - Returns: signature, IHDR, IDAT, IEND.
    /// - Throws: `ImageError.compression` where there is no memory for it.
    public static func encode(_ image: GrayImage, level: Int = defaultLevel) throws(ImageError) -> [UInt8] {
        let rows = upFiltered(image)
        guard let compressor = libdeflate_alloc_compressor(Int32(level)) else { throw .compression }
        defer { libdeflate_free_compressor(compressor) }
        let bound = libdeflate_zlib_compress_bound(compressor, rows.count)
        let data = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            count = libdeflate_zlib_compress(compressor, rows, rows.count, buffer.baseAddress, bound)
        }
        guard !data.isEmpty else { throw .compression }

        var header: [UInt8] = []
        header.append(bigEndian: UInt32(image.columns))
        header.append(bigEndian: UInt32(image.rows))
        header += [8, 0, 0, 0, 0]  // bit depth, gray, deflate, the standard filters, not interlaced
        var png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        png.reserveCapacity(data.count + 64)
        png.append(chunk: "IHDR", header)
        png.append(chunk: "IDAT", data)
        png.append(chunk: "IEND", [])
        return png
    }

    /// Each row behind its filter type: the first as it is, the others less the row above.
    private static func upFiltered(_ image: GrayImage) -> [UInt8] {
        let (rows, columns) = (image.rows, image.columns)
        return [UInt8](unsafeUninitializedCapacity: rows * (columns + 1)) { out, count in
            image.pixels.withUnsafeBufferPointer { pixels in
                for row in 0..<rows {
                    let filtered = UnsafeMutableBufferPointer(
                        rebasing: out[(row * (columns + 1))...].prefix(columns + 1))
                    let line = UnsafeBufferPointer(rebasing: pixels[(row * columns)...].prefix(columns))
                    filtered[0] = row == 0 ? 0 : 2
                    let values = UnsafeMutableBufferPointer(rebasing: filtered.dropFirst())
                    if row == 0 {
                        _ = values.update(fromContentsOf: line)
                    } else {
                        let above = UnsafeBufferPointer(rebasing: pixels[((row - 1) * columns)...].prefix(columns))
                        for x in 0..<columns { values[x] = line[x] &- above[x] }
                    }
                }
            }
            count = rows * (columns + 1)
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian word: UInt32) {
        Swift.withUnsafeBytes(of: word.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(chunk type: String, _ data: [UInt8]) {
        append(bigEndian: UInt32(data.count))
        let start = count
        append(contentsOf: type.utf8)
        append(contentsOf: data)
        let checksum = withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress?.advanced(by: start), count - start) }
        append(bigEndian: checksum)
    }
}
