import MammoImage
import Testing

@Suite("Padding to 1:2")
struct AspectPaddingTests {
    @Test(
        "The reference pipeline's formulas",
        arguments: [
            (100, 150, 50, 0), (100, 200, 0, 0), (100, 300, 0, 50), (100, 301, 0, 50), (1, 1, 1, 0), (1, 5, 0, 1),
            (2, 5, 0, 0),
        ])
    func amounts(_ width: Int, _ height: Int, _ top: Int, _ left: Int) {
        let padding = AspectPadding(width: width, height: height)
        #expect((padding.top, padding.left) == (top, left))
    }

    @Test("Above or to the left, black")
    func applied() throws {
        let image = GrayImage(rows: 3, columns: 3, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        let wide = CropBox(x: 1, y: 1, width: 2, height: 2)
        #expect(
            try AspectPadding(width: 2, height: 2).apply(to: image, croppedTo: wide)
                == GrayImage(rows: 4, columns: 2, pixels: [0, 0, 0, 0, 5, 6, 8, 9]))
        let tall = CropBox(x: 2, y: 0, width: 1, height: 3)
        #expect(
            try AspectPadding(width: 1, height: 3).apply(to: image, croppedTo: tall)
                == GrayImage(rows: 3, columns: 1, pixels: [3, 6, 9]))
    }

    @Test("A line of pixels is refused, not padded to billions")
    func thin() throws {
        let line = GrayImage.black(rows: 1, columns: 65_535)
        let box = CropBox(x: 0, y: 0, width: 65_535, height: 1)
        #expect(throws: ImageError.tooThin(rows: 1, columns: 65_535)) {
            try AspectPadding(width: 65_535, height: 1).apply(to: line, croppedTo: box)
        }
    }
}
