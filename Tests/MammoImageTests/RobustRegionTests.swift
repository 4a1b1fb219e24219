import MammoImage
import Testing

@Suite("The robust region")
struct RobustRegionTests {
    /// A dark field with half an ellipse of gray 120 at the left edge: 500 × 400, the breast 100…400 × 0…200.
    private func breast(_ change: (inout [UInt8], Int) -> Void = { _, _ in }) -> GrayImage {
        let (rows, columns) = (500, 400)
        var pixels = [UInt8](repeating: 3, count: rows * columns)
        for y in 0..<rows {
            for x in 0..<columns {
                let (dy, dx) = (Double(y - 250) / 150, Double(x) / 200)
                if dy * dy + dx * dx < 1 { pixels[y * columns + x] = UInt8(110 + (x * 7 + y * 3) % 23) }
            }
        }
        change(&pixels, columns)
        return GrayImage(rows: rows, columns: columns, pixels: pixels)
    }

    private func expectBreast(_ image: GrayImage, _ name: Comment) throws {
        let region = try RegionOfInterest(in: image, by: .robust)
        let box = region.box
        #expect(abs(box.y - 100) <= 12 && abs(box.y + box.height - 400) <= 12, name)
        #expect(box.x <= 6 && abs(box.x + box.width - 200) <= 12, name)
        #expect(try #require(region.confidence) > 0.5, name)
    }

    @Test("A plain breast")
    func plain() throws { try expectBreast(breast(), "plain") }

    @Test("A white frame, lines and a label, which plain Otsu takes for the breast")
    func frame() throws {
        let framed = breast { pixels, columns in
            for i in 0..<400 {
                for k in 0..<5 { (pixels[k * columns + i], pixels[(499 - k) * columns + i]) = (255, 255) }
            }
            for y in 0..<500 { for k in [0, 1, 395, 396, 397, 398, 399] { pixels[y * columns + k] = 255 } }
            for y in 40..<44 { for x in 0..<400 { pixels[y * columns + x] = 250 } }
            for y in 60..<80 {
                for x in stride(from: 300, to: 380, by: 12) { for k in 0..<5 { pixels[y * columns + x + k] = 255 } }
            }
        }
        let otsu = try RegionOfInterest(in: framed, by: .otsu)
        #expect(otsu.box.height > 450)
        try expectBreast(framed, "framed")
    }

    @Test("An implant brighter than everything")
    func implant() throws {
        try expectBreast(
            breast { pixels, columns in
                for y in 200..<300 { for x in 0..<40 { pixels[y * columns + x] = 255 } }
            }, "implant")
    }

    @Test("A frame across the box of a breast as high as the image is cut off")
    func tall() throws {
        var pixels = [UInt8](repeating: 2, count: 500 * 400)
        for y in 0..<500 {
            for x in 0..<400 {
                if x < 150 { pixels[y * 400 + x] = 120 }
                if y < 9 && x < 250 { pixels[y * 400 + x] = 255 }
                if x >= 150 && x < 200 && y >= 200 && y < 300 { pixels[y * 400 + x] = 120 }
            }
        }
        let region = try RegionOfInterest(in: GrayImage(rows: 500, columns: 400, pixels: pixels), by: .robust)
        #expect((9...14).contains(region.box.y))
        #expect(region.box.y + region.box.height == 500)
    }

    @Test("Nothing that could be a breast: the whole image, and no confidence")
    func nothing() throws {
        var pixels = [UInt8](repeating: 0, count: 500 * 400)
        for i in 0..<30 { pixels[250 * 400 + i] = 200 }
        let region = try RegionOfInterest(in: GrayImage(rows: 500, columns: 400, pixels: pixels), by: .robust)
        #expect(region.box == CropBox(x: 0, y: 0, width: 400, height: 500) && region.confidence == 0)
    }

    @Test("The smallest images", arguments: [(1, 1), (1, 9), (9, 1), (2, 2)])
    func tiny(_ rows: Int, _ columns: Int) throws {
        let image = GrayImage(rows: rows, columns: columns, pixels: (0..<rows * columns).map { UInt8($0 * 25) })
        let box = try RegionOfInterest(in: image, by: .robust).box
        #expect(box.width >= 1 && box.height >= 1 && box.x + box.width <= columns && box.y + box.height <= rows)
    }
}
