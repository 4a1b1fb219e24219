/// What preprocessing makes of an image and what networks take, with 8 or 16 bits a pixel. A pixel of 16 bits is gray in as
/// many more steps: 257 times a pixel of 8 bits is the same gray.
public enum PreprocessedImage: Equatable, Sendable {
    /// 8 bits.
    case gray8(GrayImage)
    /// 16 bits.
    case gray16(GrayImage16)

    /// Height in pixels.
    public var rows: Int {
        switch self {
        case .gray8(let image): image.rows
        case .gray16(let image): image.rows
        }
    }

    /// Width in pixels.
    public var columns: Int {
        switch self {
        case .gray8(let image): image.columns
        case .gray16(let image): image.columns
        }
    }

    /// Bits a pixel.
    public var depth: BitDepth {
        switch self {
        case .gray8: .eight
        case .gray16: .sixteen
        }
    }

    /// With 8 bits, to the nearest gray: for pictures.
    package var rounded: GrayImage {
        switch self {
        case .gray8(let image): image
        case .gray16(let image):
            GrayImage(
                rows: image.rows, columns: image.columns, pixels: image.pixels.map { UInt8((UInt32($0) + 128) / 257) })
        }
    }

    /// With 16 bits: what has 8 is the same gray, to the bit once it is divided by the brightest.
    package var widened: GrayImage16 {
        switch self {
        case .gray8(let image):
            GrayImage16(rows: image.rows, columns: image.columns, pixels: image.pixels.map { UInt16($0) * 257 })
        case .gray16(let image): image
        }
    }

    /// A small picture of it with 8 bits, its aspect ratio kept: of `height` rows, or fewer where it would become more than
    /// twice as wide as that. Shrinking averages over areas, before rounding.
    ///
    /// - Throws: `ImageError.operation` with OpenCV's message.
    package func thumbnail(height: Int) throws(ImageError) -> GrayImage {
        let scale = min(Double(height) / Double(rows), Double(2 * height) / Double(columns))
        let (rows, columns) = (Self.scaled(rows, scale), Self.scaled(columns, scale))
        let method: ResizeMethod = scale < 1 ? .area : .linear
        let resized: PreprocessedImage =
            switch self {
            case .gray8(let image): .gray8(try image.resized(rows: rows, columns: columns, by: method))
            case .gray16(let image): .gray16(try image.resized(rows: rows, columns: columns, by: method))
            }
        return resized.rounded
    }

    private static func scaled(_ length: Int, _ scale: Double) -> Int {
        max(1, Int((Double(length) * scale).rounded()))
    }

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
