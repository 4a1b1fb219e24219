import COpenJPEG

/// JPEG 2000 and HTJ2K by OpenJPEG: bare codestreams, and whole JP2 files as RSNA's images have them.
enum JPEG2000Decoder {
    static func decode(_ stream: UnsafeRawBufferPointer, _ shape: FrameShape) throws(DICOMError) -> DecodedFrame {
        let bytes = stream.assumingMemoryBound(to: UInt8.self)
        var info = copenjpeg_info()
        var message = copenjpeg_message()
        guard let image = copenjpeg_open(bytes.baseAddress, bytes.count, &info, &message) else {
            throw .undecodable(codec: "JPEG 2000", reason: message.string)
        }
        defer { copenjpeg_close(image) }
        try shape.check(
            CodestreamHeader(
                rows: Int(info.rows), columns: Int(info.columns), components: Int(info.components),
                precision: Int(info.precision)))
        guard (1...16).contains(info.precision) else {
            throw .undecodable(codec: "JPEG 2000", reason: "\(info.precision) bits a sample, expected 1 to 16")
        }
        var status: Int32 = 0
        let samples = [UInt16](unsafeUninitializedCapacity: shape.pixels) { buffer, count in
            status = copenjpeg_decode(image, buffer.baseAddress, shape.pixels, &message)
            count = status == 0 ? shape.pixels : 0
        }
        guard status == 0 else { throw .undecodable(codec: "JPEG 2000", reason: message.string) }
        return DecodedFrame(samples: samples, precision: Int(info.precision), isSigned: info.is_signed != 0)
    }
}

extension copenjpeg_message {
    /// The text, for a thrown error.
    var string: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
