/// What preprocessing makes of an image, with 8 or 16 bits a pixel.
public enum PreprocessedImage: Equatable, Sendable {
    /// 8 bits.
    case gray8(GrayImage)
    /// 16 bits.
    case gray16(GrayImage16)

    /// Its PNG file.
    ///
    /// - Parameter level: libdeflate's compression level, 0 to 12.
    /// - Returns: the bytes of the file.
    /// - Throws: `ImageError.compression`.
    public func png(level: Int) throws(ImageError) -> [UInt8] {
        switch self {
        case .gray8(let image): try PNGEncoder.encode(image, level: level)
        case .gray16(let image): try PNGEncoder.encode(image, level: level)
        }
    }
}

/// Bits a pixel of the PNGs.
public enum BitDepth: Int, Codable, CaseIterable, Sendable {
    /// That of the reference pipeline.
    case eight = 8
    /// Keeps what detectors of 10 to 16 bits tell apart.
    case sixteen = 16
}
