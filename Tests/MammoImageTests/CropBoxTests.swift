import CKernels
import Testing

import MammoImage

/// Our way to the crop box against OpenCV's, function by function.
@Suite("Smoothing, threshold and box against OpenCV")
struct CropBoxTests {
    /// Noise, blobs on noise, rings with something inside, specks; sizes from one pixel on.
    static func images() -> [GrayImage] {
        var random = SystemRandomNumberGenerator()
        var images: [GrayImage] = []
        for (rows, columns) in [(1, 1), (1, 2), (2, 1), (1, 9), (9, 1), (2, 2), (3, 4), (5, 5), (64, 65), (131, 97)] {
            for round in 0..<40 {
                var pixels = [UInt8](repeating: 0, count: rows * columns)
                let noise = UInt8([0, 1, 20, 255][round % 4])
                for i in pixels.indices { pixels[i] = .random(in: 0...noise, using: &random) }
                for _ in 0..<(round % 7) {
                    let (top, left) = (
                        Int.random(in: 0..<rows, using: &random), Int.random(in: 0..<columns, using: &random)
                    )
                    let (height, width) = (
                        Int.random(in: 1...(rows - top), using: &random),
                        Int.random(in: 1...(columns - left), using: &random)
                    )
                    let gray = UInt8.random(in: 0...255, using: &random)
                    let isRing = Bool.random(using: &random)
                    for y in 0..<height {
                        for x in 0..<width {
                            let isEdge = min(y, x, height - 1 - y, width - 1 - x) < 3
                            if !isRing || isEdge { pixels[(top + y) * columns + left + x] = gray }
                        }
                    }
                }
                images.append(GrayImage(rows: rows, columns: columns, pixels: pixels))
            }
        }
        return images
    }

    @Test("GaussianBlur, with every instruction set")
    func smoothing() throws {
        for image in Self.images() {
            let expected = try image.blurred()
            for number in 0..<UInt32(ckernels_instruction_sets) {
                guard let kernels = ckernels_image_kernels_for(ckernels_instruction_set(number)) else { continue }
                var found: [UInt8] = []
                SmoothedRows(of: image, kernels).forEach { _, row in
                    found += UnsafeBufferPointer(start: row, count: image.columns)
                }
                #expect(found == expected.pixels, "\(image.rows)×\(image.columns), set \(number)")
            }
        }
    }

    @Test("Otsu's threshold")
    func threshold() throws {
        for image in Self.images() {
            let expected = try image.blurred().otsu().threshold
            #expect(Double(OtsuThreshold.of(SmoothedRows(of: image).histogram())) == expected)
        }
    }

    @Test("The box of the largest contour, and that most are found without following one")
    func box() throws {
        var (decided, all) = (0, 0)
        for image in Self.images() where image.pixels.contains(where: { $0 > 0 }) {
            let smoothed = SmoothedRows(of: image)
            let regions = smoothed.regions(above: UInt8(OtsuThreshold.of(smoothed.histogram())))
            if regions.isEmpty { continue }
            all += 1
            guard let box = regions.largestBox() else { continue }
            decided += 1
            #expect(box == (try RegionOfInterest.followedContours(in: image)), "\(image.rows)×\(image.columns)")
        }
        #expect(decided * 2 > all, "\(decided) of \(all)")
    }

    @Test("A nested region does not win, nor one of two alike")
    func undecided() throws {
        // A ring with a bright square inside: the ring's contour goes round more, though the square has more pixels.
        var pixels = [UInt8](repeating: 0, count: 100 * 100)
        for y in 0..<100 {
            for x in 0..<100 where min(x, y, 99 - x, 99 - y) < 4 || (20..<80).contains(x) && (20..<80).contains(y) {
                pixels[y * 100 + x] = 200
            }
        }
        let ring = GrayImage(rows: 100, columns: 100, pixels: pixels)
        #expect(SmoothedRows(of: ring).regions(above: 100).largestBox() == nil)
        #expect(try RegionOfInterest(in: ring, by: .otsu).box == CropBox(x: 0, y: 0, width: 100, height: 100))

        for y in 0..<100 {
            for x in 0..<100 {
                pixels[y * 100 + x] =
                    (10..<40).contains(y) && ((10..<40).contains(x) || (60..<90).contains(x)) ? 200 : 0
            }
        }
        let twins = GrayImage(rows: 100, columns: 100, pixels: pixels)
        #expect(SmoothedRows(of: twins).regions(above: 100).largestBox() == nil)
        #expect(try RegionOfInterest(in: twins, by: .otsu).box == RegionOfInterest.followedContours(in: twins))
    }
}
