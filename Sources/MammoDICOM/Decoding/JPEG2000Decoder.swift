import CMessage
import COpenJPEG

/// JPEG 2000 and HTJ2K by OpenJPEG: bare codestreams, and whole JP2 files as RSNA's images have them.
enum JPEG2000Decoder {
    static func decode(_ stream: UnsafeRawBufferPointer, _ shape: FrameShape) throws(DICOMError) -> DecodedFrame {
        // Before OpenJPEG allocates for tiles: the stream's own size against the header's, and every tile there.
        let layout = try JPEG2000Layout(stream)
        guard layout.rows == shape.rows, layout.columns == shape.columns else {
            throw .sizeContradicted(
                rows: shape.rows, columns: shape.columns, streamRows: layout.rows, streamColumns: layout.columns)
        }
        let bytes = stream.assumingMemoryBound(to: UInt8.self)
        var info = copenjpeg_info()
        var message = cmessage()
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
        return DecodedFrame(samples: samples, values: .whole(isSigned: info.is_signed != 0))
    }
}
