import MammoImage
import Testing

@Suite("Heat panels")
struct HeatPanelTests {
    private static let image = GrayImage(rows: 48, columns: 24, pixels: [UInt8](repeating: 90, count: 48 * 24))

    private func panel(_ caption: [String]) -> ColorImage {
        HeatPanel(Self.image, heat: [0, 0, 0, 1], heatRows: 2, heatColumns: 2, caption: caption).picture
    }

    private func pixel(_ picture: ColorImage, _ x: Int, _ y: Int) -> [UInt8] {
        Array(picture.pixels[(y * picture.columns + x) * 3..<(y * picture.columns + x) * 3 + 3])
    }

    @Test("The image, beside it the image with heat, the scale from yellow to gray, and lines below")
    func layout() {
        let picture = panel(["1_2", "score 0.5"])
        #expect(picture.rows == 48 + 16 + 22 && picture.columns == 2 * 24 + 3 * 8 + 8 + 2 + 18 + 8)
        // The image at 8, the heat at 40, the scale at 72.
        #expect(pixel(picture, 8 + 23, 8 + 47) == [90, 90, 90])
        let hot = pixel(picture, 40 + 23, 8 + 47)
        #expect(hot[0] > 180 && hot[1] > 150 && hot[2] < 50)
        #expect(pixel(picture, 40, 8) == [90, 90, 90])
        let (top, bottom) = (pixel(picture, 72, 8), pixel(picture, 72, 8 + 47))
        #expect(top[0] > 190 && top[2] < 60 && bottom[2] > 120)
        let without = panel([])
        #expect(without.rows == 48 + 16)
    }

    @Test("A sheet has two panels side by side below its title")
    func sheet() {
        let one = panel(["a"])
        let sheet = HeatPanel.sheet(title: "patient 10006", [one, one, one])
        #expect(sheet.columns == 2 * one.columns && sheet.rows == 34 + 2 * one.rows)
        #expect(pixel(sheet, one.columns + 8, 34 + 8) == [90, 90, 90])
        #expect(HeatPanel.sheet(title: "", [one]).columns == one.columns)
    }
}
