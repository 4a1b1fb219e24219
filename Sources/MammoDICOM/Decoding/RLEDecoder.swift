import CCodecs

/// RLE Lossless (PS3.5 annex G).
enum RLEDecoder {
    static func decode(_ frame: UnsafeRawBufferPointer, _ shape: FrameShape) throws(DICOMError) -> DecodedFrame {
        let bytes = frame.assumingMemoryBound(to: UInt8.self)
        // Two bytes stand for 128 samples at the most.
        try shape.justify(bytes: frame.count, pixelsPerByte: 64)
        let planes = Int(ccodecs_rle_segments(bytes.baseAddress, bytes.count))
        var status = ccodecs_ok
        let samples = [UInt16](largeCapacity: shape.pixels) { buffer, count in
            status = ccodecs_rle_decode(bytes.baseAddress, bytes.count, buffer.baseAddress, shape.pixels)
            count = status == ccodecs_ok ? shape.pixels : 0
        }
        switch status {
        case ccodecs_ok: return DecodedFrame(samples: samples, values: .words)
        case ccodecs_truncated:
            throw .undecodable(codec: "RLE", reason: "it ends before \(shape.rows)×\(shape.columns) pixels are filled")
        case ccodecs_bad_segments:
            throw .undecodable(codec: "RLE", reason: "\(planes) byte planes, expected 1 or 2")
        default: throw .undecodable(codec: "RLE", reason: "its header points outside the frame")
        }
    }
}
