import MammoImage
import Synchronization

/// A source that decodes each image once and keeps it for all epochs.
public final class ImageCache: GraySource {
    private let source: any GraySource
    private let images = Mutex<[String: PreprocessedImage]>([:])

    /// A cache in front of another source.
    ///
    /// - Parameter source: Where images come from the first time.
    public init(_ source: any GraySource) { self.source = source }

    /// The file that a row's image is made from.
    public func path(of row: ImageTable.Row) -> String { source.path(of: row) }

    /// The image of a row. Two threads that want one that is not there yet decode it twice, and keep it once.
    public func image(of row: ImageTable.Row) throws -> PreprocessedImage {
        let path = source.path(of: row)
        if let image = images.withLock({ $0[path] }) { return image }
        let image = try source.image(of: row)
        images.withLock { $0[path] = image }
        return image
    }

    /// Memory that the images will take when all are there.
    ///
    /// - Parameters:
    ///   - images: How many.
    ///   - rows: Rows of pixels of each.
    ///   - columns: Columns of pixels of each.
    ///   - depth: Bits of a pixel.
    /// - Returns: Bytes.
    public static func bytes(images: Int, rows: Int, columns: Int, depth: BitDepth = .eight) -> Int {
        images * rows * columns * depth.rawValue / 8
    }
}
