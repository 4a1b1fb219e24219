import MammoImage
import Testing

@Suite("PNG, written by us and read by libpng")
struct PNGTests {
    private func picture(_ rows: Int, _ columns: Int) -> GrayImage {
        GrayImage(
            rows: rows, columns: columns,
            pixels: (0..<rows * columns).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13 ^ $0 / 3) })
    }

    @Test(arguments: [(1, 1), (1, 300), (300, 1), (17, 31), (256, 128), (2048, 1024)], [0, 1, 4, 12])
    func roundTrip(_ size: (Int, Int), _ level: Int) throws {
        let image = picture(size.0, size.1)
        #expect(try PNGDecoder.decode(PNGEncoder.encode(image, level: level)) == image)
    }

    @Test("The same image is the same bytes")
    func deterministic() throws {
        let image = picture(200, 100)
        #expect(try PNGEncoder.encode(image) == PNGEncoder.encode(image))
    }

    @Test("Cut off or damaged is refused")
    func damaged() throws {
        let png = try PNGEncoder.encode(picture(40, 30))
        for length in stride(from: 0, to: png.count - 12, by: 37) {
            #expect(throws: ImageError.self, "\(length) bytes") { try PNGDecoder.decode(Array(png[..<length])) }
        }
        var changed = png
        changed[60] ^= 1
        #expect(throws: ImageError.self) { try PNGDecoder.decode(changed) }
        #expect(throws: ImageError.png("8 bits a sample, expected 16")) { try PNGDecoder.decode16(png) }
    }

    @Test("16 bits", arguments: [(1, 1), (1, 7), (9, 1), (64, 50)])
    func sixteen(_ rows: Int, _ columns: Int) throws {
        let pixels = (0..<rows * columns).map { UInt16(truncatingIfNeeded: $0 &* 40_503) }
        let png = try PNGEncoder.encode(GrayImage16(rows: rows, columns: columns, pixels: pixels))
        let read = try PNGDecoder.decode16(png)
        #expect((read.rows, read.columns) == (rows, columns) && read.samples == pixels)
    }
}
