/// Rows and columns of images.
package struct ImageSize: Equatable, Hashable, Sendable, CustomStringConvertible {
    package var rows: Int
    package var columns: Int

    package init(_ rows: Int, _ columns: Int) { (self.rows, self.columns) = (rows, columns) }

    /// As options take it.
    package var description: String { "\(rows)x\(columns)" }
}

/// Images that are computed together.
package struct BatchShape: Equatable, Hashable, Sendable, CustomStringConvertible {
    package var batch: Int
    package var size: ImageSize

    package init(_ batch: Int, _ size: ImageSize) { (self.batch, self.size) = (batch, size) }

    /// As the peers' --cases take it.
    package var description: String { "\(batch)x\(size)" }
}
