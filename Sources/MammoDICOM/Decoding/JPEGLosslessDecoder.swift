import CCodecs

/// JPEG Lossless by our own decoder: most of a screening set is stored so, and decoding it is most of the time.
package enum JPEGLosslessDecoder {
    static func decode(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, precision: Int
    ) throws(DICOMError) -> DecodedFrame {
        // Every sample costs at least one bit.
        try shape.justify(bytes: stream.count, pixelsPerByte: 8)
        let samples = try samples(of: stream, rows: shape.rows, columns: shape.columns)
        return DecodedFrame(samples: samples, values: .precision(precision, isExtended: false))
    }

    /// The samples of a codestream whose frame header says `rows` and `columns`.
    ///
    /// - Throws: `DICOMError.undecodable`.
    package static func samples(
        of stream: UnsafeRawBufferPointer, rows: Int, columns: Int
    ) throws(DICOMError) -> [UInt16] {
        let bytes = stream.assumingMemoryBound(to: UInt8.self)
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: ccodecs_jpeg_lossless_scratch(bytes.count), alignment: 64)
        defer { scratch.deallocate() }
        var status = ccodecs_ok
        let samples = [UInt16](largeCapacity: rows * columns) { buffer, count in
            status = ccodecs_jpeg_lossless_decode(
                bytes.baseAddress, bytes.count, UInt32(rows), UInt32(columns), buffer.baseAddress, scratch)
            count = status == ccodecs_ok ? rows * columns : 0
        }
        switch status {
        case ccodecs_ok: return samples
        case ccodecs_truncated:
            throw .undecodable(codec: "JPEG Lossless", reason: "it ends before the image does; fetch the file again")
        case ccodecs_bad_header:
            throw .undecodable(
                codec: "JPEG Lossless", reason: "its tables or parameters are not those of one gray image")
        default: throw .undecodable(codec: "JPEG Lossless", reason: "it contains an invalid code (damaged)")
        }
    }
}
