import MammoImage

/// A small picture of a PNG file, as a PNG file: for pages.
package enum Thumbnail {
    /// Reads and shrinks an image.
    ///
    /// - Parameters:
    ///   - path: A gray PNG file of 8 or 16 bits.
    ///   - height: Rows of the picture, which is no wider than twice that.
    /// - Returns: The bytes of a PNG file of 8 bits.
    /// - Throws: `DataError.unreadable`.
    package static func png(of path: String, height: Int) throws(DataError) -> [UInt8] {
        let bytes = try Files.read(path)
        do {
            return try PNGEncoder.encode(PNGDecoder.decodeGray(bytes).thumbnail(height: height), level: 9)
        } catch {
            throw .unreadable(path: path, reason: error.description)
        }
    }
}
