import MammoImage
import TestSupport
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
        let image = try PNGDecoder.decodeGray(png)
        #expect(image == .gray16(GrayImage16(rows: rows, columns: columns, pixels: pixels)) && image.depth == .sixteen)
    }

    @Test("Another program's 16 bits, interlaced or not, are the same pixels; 8 bits stay 8")
    func otherPrograms() throws {
        let plain = try PNGDecoder.decodeGray(Fixtures.bytes("png/gray16.png"))
        let interlaced = try PNGDecoder.decodeGray(Fixtures.bytes("png/gray16-interlaced.png"))
        guard case .gray16(let image) = plain else {
            Issue.record("16 bits")
            return
        }
        #expect(interlaced == plain && (image.rows, image.columns) == (11, 7))
        #expect(image.pixels.prefix(4) == [0, 1, 65534, 65535])
        let narrow = picture(3, 2)
        #expect(try PNGDecoder.decodeGray(PNGEncoder.encode(narrow)) == .gray8(narrow))
    }

    @Test(
        "What is not gray with 8 or 16 bits is named, with what makes it so",
        arguments: [
            ("rgb8", "RGB with 8 bits a colour"), ("palette", "colours of a palette"),
            ("gray-alpha", "gray and transparent"), ("rgb-alpha", "RGB and transparent"), ("gray1", "gray with 1 bits"),
        ])
    func refused(_ name: String, _ found: String) throws {
        let png = try Fixtures.bytes("png/\(name).png")
        let reason = "\(found), expected gray with 8 or 16 bits; convert it (Pillow: image.convert('L').save(path))"
        #expect(throws: ImageError.png(reason)) { try PNGDecoder.decodeGray(png) }
        #expect(throws: ImageError.png(reason)) { try PNGDecoder.decode(png) }
    }

    @Test("16 bits to 8 and back: the nearest gray, and the same")
    func depths() {
        let steps = GrayImage(rows: 16, columns: 16, pixels: (0...255).map { UInt8($0) })
        let wide = PreprocessedImage.gray8(steps).widened
        #expect(wide.pixels == (0...255).map { UInt16($0) * 257 } && PreprocessedImage.gray16(wide).rounded == steps)
        let between = GrayImage16(rows: 1, columns: 6, pixels: [128, 129, 385, 386, 65406, 65407])
        #expect(PreprocessedImage.gray16(between).rounded.pixels == [0, 1, 1, 2, 254, 255])
        #expect(between.flippedHorizontally().pixels == between.pixels.reversed())
        let column = GrayImage16(rows: 6, columns: 1, pixels: between.pixels)
        #expect(column.flippedVertically().pixels == between.pixels.reversed())
        let erased = between.erasing(PixelBox(top: 0, left: 1, height: 1, width: 2))
        #expect(erased.pixels == [128, 0, 0, 386, 65406, 65407])
    }
}
