/// Everything that decides the bytes of a preprocessed image.
public struct PreprocessParameters: Equatable, Sendable, Codable, CustomStringConvertible {
    /// Rows of the image made.
    public var rows: Int
    /// Columns of the image made.
    public var columns: Int
    /// The frame taken, from 1.
    public var frame: Int
    /// libdeflate's compression level, 0 to 12.
    public var pngLevel: Int

    enum CodingKeys: String, CodingKey {
        case rows, columns, frame
        case pngLevel = "png_level"
    }

    /// The seed's 2048×1024 where nothing else is said.
    public init(rows: Int = 2048, columns: Int = 1024, frame: Int = 1, pngLevel: Int = PNGEncoder.defaultLevel) {
        self.rows = rows
        self.columns = columns
        self.frame = frame
        self.pngLevel = pngLevel
    }

    /// As the command line says them.
    public var description: String { "--size \(rows)x\(columns) --frame \(frame) --png-level \(pngLevel)" }
}
