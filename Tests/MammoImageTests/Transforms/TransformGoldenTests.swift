import MammoData
import MammoImage
import TestSupport
import Testing

@Suite("Transforms of training images")
struct TransformGoldenTests {
    private func transformed(_ image: GrayImage, _ name: String, _ p: [Double]) -> GrayImage? {
        let (rows, columns) = (image.rows, image.columns)
        func box() -> PixelBox { PixelBox(top: Int(p[0]), left: Int(p[1]), height: Int(p[2]), width: Int(p[3])) }
        func nearest(_ map: AffineMap) -> GrayImage { image.transformed(by: map, .nearest) }
        switch name {
        case "horizontal-flip": return image.flippedHorizontally()
        case "vertical-flip": return image.flippedVertically()
        case "affine":
            let map = AffineMap(angle: p[0], shift: (p[1], p[2]), scale: p[3], rows: rows, columns: columns)
            return image.transformed(by: map, .bilinear)
        case "resized-crop": return image.resizedCrop(box(), rows: rows, columns: columns)
        case "erase": return image.erasing(box())
        case "brightness": return image.brightened(by: p[0])
        case "contrast": return image.contrasted(by: p[0])
        case "sharpness": return image.sharpened(by: p[0])
        case "posterize": return image.posterized(to: Int(p[0]))
        case "solarize": return image.solarized(from: p[0])
        case "autocontrast": return image.autocontrasted()
        case "equalize": return image.equalized()
        case "shear-x": return nearest(.shear(alongColumns: p[0], rows: rows, columns: columns))
        case "shear-y": return nearest(.shear(alongRows: p[0], rows: rows, columns: columns))
        case "translate":
            let shift = (p[0].rounded(.towardZero), p[1].rounded(.towardZero))
            return nearest(AffineMap(shift: shift, rows: rows, columns: columns))
        case "rotate": return nearest(.rotation(by: p[0], rows: rows, columns: columns))
        case "elastic":
            var random = SplitMix64(seed: UInt64(p[2]))
            let across = (0..<rows * columns).map { _ in random.nextSignedFloat() }
            let down = (0..<rows * columns).map { _ in random.nextSignedFloat() }
            return image.elasticallyTransformed(by: (across, down), alpha: p[0], sigma: p[1])
        case "grid-distortion":
            return image.gridDistorted(across: Array(p[..<(p.count / 2)]), down: Array(p[(p.count / 2)...]))
        case "downscale": return image.downscaled(by: p[0])
        case "tone-curve": return image.toned(low: p[0], high: p[1])
        default: return nil
        }
    }

    @Test("torchvision's pixels, to the bit", arguments: ["breast", "odd", "noise", "two", "flat", "thin"])
    func goldens(_ source: String) throws {
        let image = try Fixtures.gray("augment/\(source).png")
        let goldens = try Fixtures.gray("augment/\(source).goldens.png")
        let cases = try Fixtures.table("augment/augment.csv").filter { $0["source"] == source }
        #expect(goldens.rows == cases.count * image.rows && goldens.columns == image.columns)
        for (number, item) in cases.enumerated() {
            let parameters = (item["parameters"] ?? "").split(separator: " ").compactMap { Double($0) }
            let made = try #require(transformed(image, item["transform"] ?? "", parameters))
            let golden = Array(goldens.pixels[number * image.pixels.count..<(number + 1) * image.pixels.count])
            let off = zip(made.pixels, golden).count { $0 != $1 }
            #expect(off == 0, "\(source) \(item): \(off) pixels are off")
        }
    }

    @Test(
        "Elastic distortion and downscaling within 1; grid distortion and tone curves to the bit",
        arguments: ["breast", "odd", "noise", "thin"])
    func distorted(_ source: String) throws {
        let image = try Fixtures.gray("augment/\(source).png")
        let goldens = try Fixtures.gray("augment/\(source).distorted.png")
        let cases = try Fixtures.table("augment/distort.csv").filter { $0["source"] == source }
        #expect(goldens.rows == cases.count * image.rows && goldens.columns == image.columns)
        let names = Set(cases.compactMap { $0["transform"] })
        #expect(names.count == 4)
        for (number, item) in cases.enumerated() {
            let parameters = (item["parameters"] ?? "").split(separator: " ").compactMap { Double($0) }
            let made = try #require(transformed(image, item["transform"] ?? "", parameters))
            let golden = Array(goldens.pixels[number * image.pixels.count..<(number + 1) * image.pixels.count])
            let differences = zip(made.pixels, golden).map { abs(Int($0) - Int($1)) }
            let off = differences.count { $0 > 0 }
            let most = ["elastic", "downscale"].contains(item["transform"]) ? 1 : 0
            #expect(differences.allSatisfy { $0 <= most }, "\(item): \(off) are off")
            // Halves that were rounded the other way.
            #expect(off * 20 <= differences.count, "\(item): \(off) of \(differences.count) are off by 1")
        }
    }
}
