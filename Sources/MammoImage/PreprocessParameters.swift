/// Everything that decides the pixels of a preprocessed image.
public struct PreprocessParameters: Equatable, Sendable, Codable {
    /// Rows of the image made.
    public var rows: Int
    /// Columns of the image made.
    public var columns: Int

    /// The seed's 2048×1024 where nothing else is said.
    public init(rows: Int = 2048, columns: Int = 1024) {
        self.rows = rows
        self.columns = columns
    }
}
