import CPNG

/// Reads gray PNGs by libpng.
public enum PNGDecoder {
    /// Larger images are refused before anything is allocated for them.
    static let mostPixels = 1 << 27

    /// Decodes an 8-bit gray PNG.
    ///
    /// - Throws: `ImageError.png`.
    public static func decode(_ png: [UInt8]) throws(ImageError) -> GrayImage {
        let info = try header(png, bits: 8)
        let (rows, columns) = (Int(info.rows), Int(info.columns))
        var message = cpng_message()
        var status: Int32 = 0
        let pixels = [UInt8](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            status = cpng_read_gray(png, png.count, buffer.baseAddress, rows * columns, &message)
            count = status == 0 ? rows * columns : 0
        }
        guard status == 0 else { throw .png(message.string) }
        return GrayImage(rows: rows, columns: columns, pixels: pixels)
    }

    /// Decodes a 16-bit gray PNG into rows × columns of samples.
    ///
    /// - Throws: `ImageError.png`.
    public static func decode16(_ png: [UInt8]) throws(ImageError) -> (rows: Int, columns: Int, samples: [UInt16]) {
        let info = try header(png, bits: 16)
        let (rows, columns) = (Int(info.rows), Int(info.columns))
        var message = cpng_message()
        var status: Int32 = 0
        let samples = [UInt16](unsafeUninitializedCapacity: rows * columns) { buffer, count in
            status = cpng_read_gray(png, png.count, buffer.baseAddress, 2 * rows * columns, &message)
            count = status == 0 ? rows * columns : 0
        }
        guard status == 0 else { throw .png(message.string) }
        return (rows, columns, samples)
    }

    private static func header(_ png: [UInt8], bits: Int32) throws(ImageError) -> cpng_info {
        var info = cpng_info()
        var message = cpng_message()
        guard cpng_read_header(png, png.count, &info, &message) == 0 else { throw .png(message.string) }
        guard info.bits == bits else { throw .png("\(info.bits) bits a sample, expected \(bits)") }
        guard Int(info.rows) * Int(info.columns) <= mostPixels else {
            throw .png("\(info.rows)×\(info.columns) pixels are beyond reason")
        }
        return info
    }
}

extension cpng_message {
    /// The text, for a thrown error.
    var string: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
