/// Everything that decides the bytes of a preprocessed image. What is not given is as the reference pipeline's.
public struct PreprocessParameters: Equatable, Sendable, Codable, CustomStringConvertible {
    /// Rows of the image made.
    public var rows: Int
    /// Columns of the image made.
    public var columns: Int
    /// The frame taken, from 1.
    public var frame = 1
    /// How much of a JPEG 2000 image is decoded.
    public var decode = DecodeMode.exact
    /// How stored values become gray.
    public var intensity = IntensityMode.minmax
    /// Which of a file's windows, from 1.
    public var windowIndex = 1
    /// How the breast is found.
    public var region = RegionMethod.otsu
    /// How the crop is brought to size.
    public var resize = ResizeMethod.linear
    /// Bits a pixel of the PNG.
    public var bitDepth = BitDepth.eight
    /// libdeflate's compression level, 0 to 12.
    public var pngLevel = PNGEncoder.defaultLevel

    enum CodingKeys: String, CodingKey {
        case rows, columns, frame, decode, intensity, resize
        case region = "roi"
        case windowIndex = "window_index"
        case bitDepth = "bit_depth"
        case pngLevel = "png_level"
    }

    /// The reference pipeline's parameters at a size of `rows` × `columns`.
    public init(rows: Int = 2048, columns: Int = 1024) {
        self.rows = rows
        self.columns = columns
    }

    /// The options of `mammo preprocess` that select them.
    public var description: String {
        "--size \(rows)x\(columns) --frame \(frame) --decode \(decode.rawValue) --intensity \(intensity.rawValue) --window-index \(windowIndex) --roi \(region.rawValue) "
            + "--resize \(resize.rawValue) --bit-depth \(bitDepth.rawValue) --png-level \(pngLevel)"
    }

    /// The options in which two descriptions differ, as they stand in each; both whole where they have other options.
    package static func differing(_ found: String, _ expected: String) -> (found: String, expected: String) {
        let (there, here) = (options(in: found), options(in: expected))
        guard there.count == here.count, there.count > 1 else { return (found, expected) }
        let pairs = zip(there, here).filter { $0 != $1 }
        return (pairs.map(\.0).joined(separator: " "), pairs.map(\.1).joined(separator: " "))
    }

    /// `--name value` for each option.
    private static func options(in description: String) -> [String] {
        let words = description.split(separator: " ")
        return stride(from: 0, to: words.count - 1, by: 2).map { "\(words[$0]) \(words[$0 + 1])" }
    }
}
