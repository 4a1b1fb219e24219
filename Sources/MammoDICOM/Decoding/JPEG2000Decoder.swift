import CCodecs
import CMessage
import COpenJPEG
import MammoBase

/// JPEG 2000 and HTJ2K: bare codestreams, and whole JP2 files as RSNA's images have them. Our own decoder takes what
/// lossless mammograms are; OpenJPEG takes the rest and has the last word on whatever is damaged.
package enum JPEG2000Decoder {
    /// Samples as a codestream has them, row by row.
    package struct Samples: Equatable, Sendable {
        /// 16-bit patterns; two's complement where signed.
        package var patterns: [UInt16]
        /// Whether the codestream declares signed values.
        package var isSigned: Bool
    }

    static func decode(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, threads: Int
    ) throws(DICOMError) -> DecodedFrame {
        // Before anyone allocates for tiles: the stream's own size against the header's, and every tile there.
        let layout = try JPEG2000Layout(stream)
        return try decode(stream, shape, layout, reduction: 0, threads: threads)
    }

    /// Decodes without the `reduction` finest resolutions; nil where the stream has no more than so many, or where its sign is
    /// not the header's, since an average of values of another sign is none of the right ones.
    static func decodeReduced(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, isSigned: Bool, reduction: Int
    ) throws(DICOMError) -> DecodedFrame? {
        let layout = try JPEG2000Layout(stream)
        guard layout.startsAtOrigin, reduction <= layout.decompositionLevels, layout.isSigned == isSigned else {
            return nil
        }
        return try decode(stream, shape, layout, reduction: reduction, threads: 1)
    }

    private static func decode(
        _ stream: UnsafeRawBufferPointer, _ shape: FrameShape, _ layout: JPEG2000Layout, reduction: Int,
        threads: Int
    ) throws(DICOMError) -> DecodedFrame {
        // One component: the layout has refused any other number. The decoders look at the precision.
        try shape.check(CodestreamHeader(rows: layout.rows, columns: layout.columns, components: 1, precision: 0))
        let reduced = shape.reduced(by: reduction)
        let (rows, columns) = (reduced.rows, reduced.columns)
        let samples: Samples
        if let own = ownSamples(of: stream, rows: rows, columns: columns, reduction: reduction, threads: threads) {
            samples = own
        } else {
            samples = try openJPEGSamples(
                of: stream, rows: rows, columns: columns, reduction: reduction,
                threads: layout.isHighThroughput ? 1 : threads)
        }
        return DecodedFrame(
            samples: samples.patterns, values: .precision(layout.precision, isExtended: samples.isSigned))
    }

    private static func bad(_ reason: String) -> DICOMError { .undecodable(codec: "JPEG 2000", reason: reason) }

    /// What our own decoder makes of a stream that has `rows` and `columns` as reduced; nil where it is out of its scope,
    /// or damaged.
    package static func ownSamples(
        of stream: UnsafeRawBufferPointer, rows: Int, columns: Int, reduction: Int = 0, threads: Int = 1
    ) -> Samples? {
        let bytes = stream.assumingMemoryBound(to: UInt8.self)
        var isSigned: Int32 = 0
        var status = ccodecs_not_taken
        let patterns = [UInt16](largeCapacity: rows * columns) { buffer, count in
            status = ccodecs_jpeg2000_decode(
                bytes.baseAddress, bytes.count, UInt32(reduction), Int32(threads), UInt32(rows), UInt32(columns),
                buffer.baseAddress, &isSigned)
            count = status == ccodecs_ok ? rows * columns : 0
        }
        return status == ccodecs_ok ? Samples(patterns: patterns, isSigned: isSigned != 0) : nil
    }

    /// What OpenJPEG makes of it.
    ///
    /// - Throws: `DICOMError.undecodable`.
    package static func openJPEGSamples(
        of stream: UnsafeRawBufferPointer, rows: Int, columns: Int, reduction: Int = 0, threads: Int = 1
    ) throws(DICOMError) -> Samples {
        let bytes = stream.assumingMemoryBound(to: UInt8.self)
        var info = copenjpeg_info()
        var message = cmessage()
        guard
            let image = copenjpeg_open(
                bytes.baseAddress, bytes.count, UInt32(reduction), Int32(threads), &info, &message)
        else {
            throw bad(message.string)
        }
        defer { copenjpeg_close(image) }
        guard (1...16).contains(info.precision) else {
            throw bad("\(info.precision) bits a sample, expected 1 to 16")
        }
        var status: Int32 = 0
        let patterns = [UInt16](largeCapacity: rows * columns) { buffer, count in
            status = copenjpeg_decode(image, buffer.baseAddress, UInt32(rows), UInt32(columns), &message)
            count = status == 0 ? rows * columns : 0
        }
        guard status == 0 else { throw bad(message.string) }
        return Samples(patterns: patterns, isSigned: info.is_signed != 0)
    }
}
