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
    /// How the crop is brought to the output's aspect.
    public var fit = FitMethod.pad
    /// The side that breasts are turned to.
    public var flipTo = BreastSide.none
    /// How the crop is resized.
    public var resize = ResizeMethod.linear
    /// Bits a pixel of the PNG.
    public var bitDepth = BitDepth.eight
    /// libdeflate's compression level, 0 to 12.
    public var pngLevel = PNGEncoder.defaultLevel

    enum CodingKeys: String, CodingKey {
        case rows, columns, frame, decode, intensity, fit, resize
        case flipTo = "flip_to"
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

    /// What is not there has its default: versions before 0.3 did not write `fit` and `flip_to`.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        rows = try values.decode(Int.self, forKey: .rows)
        columns = try values.decode(Int.self, forKey: .columns)
        frame = try values.decode(Int.self, forKey: .frame)
        decode = try values.decode(DecodeMode.self, forKey: .decode)
        intensity = try values.decode(IntensityMode.self, forKey: .intensity)
        windowIndex = try values.decode(Int.self, forKey: .windowIndex)
        region = try values.decode(RegionMethod.self, forKey: .region)
        fit = try values.decodeIfPresent(FitMethod.self, forKey: .fit) ?? .pad
        flipTo = try values.decodeIfPresent(BreastSide.self, forKey: .flipTo) ?? .none
        resize = try values.decode(ResizeMethod.self, forKey: .resize)
        bitDepth = try values.decode(BitDepth.self, forKey: .bitDepth)
        pngLevel = try values.decode(Int.self, forKey: .pngLevel)
    }

    /// Writes all but defaults of `fit` and `flip_to`, so that manifests and weights made with these stay the same bytes.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(rows, forKey: .rows)
        try values.encode(columns, forKey: .columns)
        try values.encode(frame, forKey: .frame)
        try values.encode(decode, forKey: .decode)
        try values.encode(intensity, forKey: .intensity)
        try values.encode(windowIndex, forKey: .windowIndex)
        try values.encode(region, forKey: .region)
        if fit != .pad { try values.encode(fit, forKey: .fit) }
        if flipTo != .none { try values.encode(flipTo, forKey: .flipTo) }
        try values.encode(resize, forKey: .resize)
        try values.encode(bitDepth, forKey: .bitDepth)
        try values.encode(pngLevel, forKey: .pngLevel)
    }

    /// The options of `mammo preprocess` that select them; `--fit` and `--flip-to` where they are not the defaults.
    public var description: String {
        "--size \(rows)x\(columns) --frame \(frame) --decode \(decode.rawValue) --intensity \(intensity.rawValue) "
            + "--window-index \(windowIndex) --roi \(region.rawValue) "
            + (fit == .pad ? "" : "--fit \(fit.rawValue) ") + (flipTo == .none ? "" : "--flip-to \(flipTo.rawValue) ")
            + "--resize \(resize.rawValue) --bit-depth \(bitDepth.rawValue) --png-level \(pngLevel)"
    }

    /// The options in which two descriptions differ, as they stand in each; both whole where they have other options.
    package static func differing(_ found: String, _ expected: String) -> (found: String, expected: String) {
        let (there, here) = (options(in: found), options(in: expected))
        guard there.count == here.count, there.count > 1 else { return (found, expected) }
        let pairs = zip(there, here).filter { $0 != $1 }
        return (pairs.map(\.0).joined(separator: " "), pairs.map(\.1).joined(separator: " "))
    }

    /// `--name value` for each option, with those that a description leaves out.
    private static func options(in description: String) -> [String] {
        let words = description.split(separator: " ")
        var options = stride(from: 0, to: words.count - 1, by: 2).map { "\(words[$0]) \(words[$0 + 1])" }
        guard options.count > 1 else { return options }
        for (name, value) in [("--fit", FitMethod.pad.rawValue), ("--flip-to", BreastSide.none.rawValue)]
        where !options.contains(where: { $0.hasPrefix("\(name) ") }) {
            options.append("\(name) \(value)")
        }
        return options.sorted()
    }
}
