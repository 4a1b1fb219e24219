import CMessage
import COpenJPEG

/// JPEG 2000 and HTJ2K by OpenJPEG: bare codestreams, and whole JP2 files as RSNA's images have them.
enum JPEG2000Decoder {
    static func decode(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, threads: Int
    ) throws(DICOMError) -> DecodedFrame {
        // Before OpenJPEG allocates for tiles: the stream's own size against the header's, and every tile there.
        let layout = try JPEG2000Layout(stream)
        return try decode(stream, shape, layout, reduction: 0, threads: threads)
    }

    /// Decodes without the `reduction` finest resolutions; nil where the stream has no more than so many.
    static func decodeReduced(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, reduction: Int
    ) throws(DICOMError) -> DecodedFrame? {
        let layout = try JPEG2000Layout(stream)
        guard layout.startsAtOrigin, reduction <= layout.decompositionLevels else { return nil }
        return try decode(stream, shape, layout, reduction: reduction, threads: 1)
    }

    private static func decode(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, _ layout: JPEG2000Layout, reduction: Int,
        threads: Int
    ) throws(DICOMError) -> DecodedFrame {
        func bad(_ reason: String) -> DICOMError { .undecodable(codec: "JPEG 2000", reason: reason) }
        // One component: the layout has refused any other number. The precision is known once OpenJPEG has the header.
        try shape.check(CodestreamHeader(rows: layout.rows, columns: layout.columns, components: 1, precision: 0))
        let bytes = stream.assumingMemoryBound(to: UInt8.self)
        var info = copenjpeg_info()
        var message = cmessage()
        guard
            let image = copenjpeg_open(
                bytes.baseAddress, bytes.count, UInt32(reduction), Int32(layout.isHighThroughput ? 1 : threads),
                &info, &message)
        else {
            throw bad(message.string)
        }
        defer { copenjpeg_close(image) }
        guard (1...16).contains(info.precision) else {
            throw bad("\(info.precision) bits a sample, expected 1 to 16")
        }
        let reduced = shape.reduced(by: reduction)
        var status: Int32 = 0
        let samples = [UInt16](unsafeUninitializedCapacity: reduced.pixels) { buffer, count in
            status = copenjpeg_decode(
                image, buffer.baseAddress, UInt32(reduced.rows), UInt32(reduced.columns), &message)
            count = status == 0 ? reduced.pixels : 0
        }
        guard status == 0 else { throw bad(message.string) }
        return DecodedFrame(samples: samples, values: .whole(isSigned: info.is_signed != 0))
    }
}
