import CMessage
import CPNG
import MammoBase
import MammoDICOM

/// Reads gray PNGs by libpng.
public enum PNGDecoder {
    /// Decodes an 8-bit gray PNG.
    ///
    /// - Throws: `ImageError.png`.
    public static func decode(_ png: [UInt8]) throws(ImageError) -> GrayImage {
        let (rows, columns, pixels) = try samples(of: png, as: UInt8.self)
        return GrayImage(rows: rows, columns: columns, pixels: pixels)
    }

    /// Decodes a 16-bit gray PNG into rows × columns of samples.
    ///
    /// - Throws: `ImageError.png`.
    public static func decode16(_ png: [UInt8]) throws(ImageError) -> (rows: Int, columns: Int, samples: [UInt16]) {
        try samples(of: png, as: UInt16.self)
    }

    /// Decodes a gray PNG of either depth.
    ///
    /// - Parameter png: The file's bytes.
    /// - Returns: The image, with as many bits as the file has.
    /// - Throws: `ImageError.png`, where it is gray with fewer bits, has a palette, colours or transparency as well.
    public static func decodeGray(_ png: [UInt8]) throws(ImageError) -> PreprocessedImage {
        if PNGHeader(png)?.bits == 16 {
            let (rows, columns, samples) = try decode16(png)
            return .gray16(GrayImage16(rows: rows, columns: columns, pixels: samples))
        }
        return .gray8(try decode(png))
    }

    private static func samples<Sample: FixedWidthInteger>(
        of png: [UInt8], as _: Sample.Type
    ) throws(ImageError) -> (rows: Int, columns: Int, samples: [Sample]) {
        if let reason = PNGHeader(png)?.refusal { throw .png(reason) }
        var info = cpng_info()
        var message = cmessage()
        guard cpng_read_header(png, png.count, &info, &message) == 0 else { throw .png(message.string) }
        guard info.bits == Sample.bitWidth else {
            throw .png("\(info.bits) bits a sample, expected \(Sample.bitWidth)")
        }
        let (rows, columns) = (Int(info.rows), Int(info.columns))
        // Nothing is allocated from the header's word alone.
        guard rows * columns <= FrameShape.mostPixels else {
            throw .png("\(rows)×\(columns) pixels, expected at most \(FrameShape.mostPixels)")
        }
        var status: Int32 = 0
        let samples = [Sample](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            status = cpng_read_gray(
                png, png.count, buffer.baseAddress, rows * columns * MemoryLayout<Sample>.size, &message)
            count = status == 0 ? rows * columns : 0
        }
        guard status == 0 else { throw .png(message.string) }
        return (rows, columns, samples)
    }
}
