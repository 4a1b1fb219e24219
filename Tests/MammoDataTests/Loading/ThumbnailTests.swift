import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("Thumbnails")
struct ThumbnailTests {
    @Test("Of either depth: the same gray, smaller, the aspect ratio kept; what is no PNG is named")
    func pictures() throws {
        let folder = try TemporaryFolder()
        let image = GrayImage(rows: 40, columns: 20, pixels: (0..<800).map { $0 < 400 ? 200 : 100 })
        try Files.write(PNGEncoder.encode(image), to: "\(folder.path)/8.png")
        let wide = PreprocessedImage.gray16(PreprocessedImage.gray8(image).widened)
        try Files.write(wide.png(level: 1), to: "\(folder.path)/16.png")
        for name in ["8", "16"] {
            let small = try PNGDecoder.decode(Thumbnail.png(of: "\(folder.path)/\(name).png", height: 10))
            #expect(small.rows == 10 && small.columns == 5)
            #expect(small.pixels == [UInt8](repeating: 200, count: 25) + [UInt8](repeating: 100, count: 25))
        }
        let text = try folder.write("text", to: "t.png")
        for path in [text, "\(folder.path)/none.png"] {
            let error = #expect(throws: DataError.self) { try Thumbnail.png(of: path, height: 10) }
            #expect(error?.description.hasPrefix("\(path): cannot be read") == true)
        }
    }
}
