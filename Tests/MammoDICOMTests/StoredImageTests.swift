import MammoDICOM
import Testing

@Suite("Stored images")
struct StoredImageTests {
    @Test func extremes() throws {
        let unsigned = StoredImage(rows: 1, columns: 4, isSigned: false, samples: [7, 65_535, 0x8000, 9])
        let signed = StoredImage(rows: 2, columns: 2, isSigned: true, samples: [7, 65_535, 0x8000, 9])
        #expect(try #require(unsigned.extremes()) == (7, 65_535))
        #expect(try #require(signed.extremes()) == (-32_768, 9))
        #expect(StoredImage(rows: 0, columns: 0, isSigned: false, samples: []).extremes() == nil)
    }
}
