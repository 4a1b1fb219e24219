import MammoDICOM
import MammoImage
import Testing

@Suite("Stored values to 8 bits")
struct IntensityMapTests {
    private func gray(
        _ samples: [UInt16], signed: Bool = false, slope: Double = 1, intercept: Double = 0, inverted: Bool = false
    )
        throws -> [UInt8]
    {
        let image = StoredImage(rows: 1, columns: samples.count, isSigned: signed, samples: samples)
        return try IntensityMap<UInt8>(image, slope: slope, intercept: intercept, inverted: inverted).apply(to: image)
            .pixels
    }

    @Test("Minimum to 0, maximum to 255, the rest truncated")
    func plain() throws {
        #expect(try gray([100, 101, 102, 103, 200]) == [0, 2, 5, 7, 255])
        #expect(try gray([100, 101, 102, 103, 200], inverted: true) == [255, 252, 249, 247, 0])
    }

    @Test("Signed patterns are ordered by value")
    func signed() throws {
        #expect(try gray([0xFFFF, 0, 1], signed: true) == [0, 127, 255])
    }

    @Test("A negative slope turns the order round")
    func negativeSlope() throws {
        #expect(try gray([0, 1, 2], slope: -3, intercept: 7) == [255, 127, 0])
    }

    @Test("A large intercept swallows small differences in float32, as it does in numpy")
    func absorbed() throws {
        #expect(try gray([0, 1, 2, 3], intercept: 16_777_216) == [0, 0, 127, 255])
    }

    @Test("One value gives zeros", arguments: [(1.0, 0.0), (0.0, 5.0)])
    func uniform(_ slope: Double, _ intercept: Double) throws {
        let samples: [UInt16] = slope == 0 ? [1, 2, 3] : [9, 9, 9]
        let image = StoredImage(rows: 1, columns: 3, isSigned: false, samples: samples)
        let map = try IntensityMap<UInt8>(image, slope: slope, intercept: intercept, inverted: false)
        #expect(map.isUniform && map.apply(to: image).pixels == [0, 0, 0])
    }

    @Test("Out of float32's range", arguments: [1e36, -1e36, 1e300])
    func overflow(_ slope: Double) {
        #expect(throws: ImageError.rescaleOutOfRange(slope: slope, intercept: 0)) {
            try gray([0, 65_535], slope: slope)
        }
    }

    @Test("16 bits: the same with 65535")
    func sixteen() throws {
        let image = StoredImage(rows: 1, columns: 5, isSigned: false, samples: [100, 101, 102, 103, 200])
        let map = try IntensityMap<UInt16>(image, slope: 1, intercept: 0, inverted: false)
        #expect(map.apply(to: image).pixels == [0, 655, 1310, 1966, 65_535])
    }
}
