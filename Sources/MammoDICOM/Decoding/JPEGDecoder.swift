import CDCMTK
import CMessage
import MammoBase

/// The JPEG processes: baseline, extended and lossless, told apart by the codestream and not by the transfer syntax.
enum JPEGDecoder {
    static func decode(_ stream: UnsafeRawBufferPointer, _ shape: FrameShape) throws(DICOMError) -> DecodedFrame {
        let header = try JPEGHeader(stream, codec: "JPEG")
        try shape.check(header.frame)
        let codec: cdcmtk_codec
        switch header.process {
        case .lossless: return try JPEGLosslessDecoder.decode(stream, shape, precision: header.frame.precision)
        case .baseline, .extended:
            // Every block of 64 samples costs at least one bit.
            try shape.justify(bytes: stream.count, pixelsPerByte: 512)
            codec = header.process == .baseline ? cdcmtk_codec_jpeg_baseline : cdcmtk_codec_jpeg_extended
        case .jpegLS:
            throw .undecodable(codec: "JPEG", reason: "it is a JPEG-LS stream")
        }
        return try DCMTKCodec.decode(stream, shape, codec, precision: header.frame.precision, name: "JPEG")
    }
}

/// JPEG-LS, lossless and near-lossless.
enum JPEGLSDecoder {
    static func decode(_ stream: UnsafeRawBufferPointer, _ shape: FrameShape) throws(DICOMError) -> DecodedFrame {
        let header = try JPEGHeader(stream, codec: "JPEG-LS")
        guard header.process == .jpegLS else {
            throw .undecodable(codec: "JPEG-LS", reason: "its frame header is that of another JPEG process")
        }
        try shape.check(header.frame)
        // In run mode a row can cost a single bit (14495-1 A.7.1), never less.
        try shape.justify(bytes: stream.count, pixelsPerByte: 8 * shape.columns)
        return try DCMTKCodec.decode(
            stream, shape, cdcmtk_codec_jpeg_ls, precision: header.frame.precision, name: "JPEG-LS")
    }
}

/// What the decoders that DCMTK lends have in common.
package enum DCMTKCodec {
    static func decode(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, _ codec: cdcmtk_codec, precision: Int, name: String
    ) throws(DICOMError) -> DecodedFrame {
        guard (2...16).contains(precision) else {
            throw .undecodable(codec: name, reason: "\(precision) bits a sample, expected 2 to 16")
        }
        let bytes = stream.assumingMemoryBound(to: UInt8.self)
        var message = cmessage()
        var status: Int32 = 0
        func run(_ samples: UnsafeMutableRawPointer?, bytesPerSample: Int) {
            status = cdcmtk_decode(
                codec, bytes.baseAddress, bytes.count, UInt16(shape.rows), UInt16(shape.columns), UInt8(precision),
                samples, shape.pixels * bytesPerSample, &message)
        }
        let samples: [UInt16]
        if precision <= 8 {
            let narrow = [UInt8](largeCapacity: shape.pixels) { buffer, count in
                run(buffer.baseAddress, bytesPerSample: 1)
                count = status == 0 ? shape.pixels : 0
            }
            samples = narrow.map(UInt16.init)
        } else {
            samples = [UInt16](largeCapacity: shape.pixels) { buffer, count in
                run(buffer.baseAddress, bytesPerSample: 2)
                count = status == 0 ? shape.pixels : 0
            }
        }
        guard status == 0 else { throw .undecodable(codec: name, reason: message.string) }
        return DecodedFrame(samples: samples, values: .precision(precision, isExtended: false))
    }
}

extension DCMTKCodec {
    /// DCMTK's own reading of a JPEG Lossless codestream, which tests compare ours with.
    ///
    /// - Throws: `DICOMError.undecodable`.
    package static func losslessSamples(
        of stream: UnsafeRawBufferPointer, rows: Int, columns: Int, precision: Int
    ) throws(DICOMError) -> [UInt16] {
        let shape = FrameShape(rows: rows, columns: columns)
        return try decode(stream, shape, cdcmtk_codec_jpeg_lossless, precision: precision, name: "JPEG").samples
    }
}
