import MammoDICOM
import MammoImage
import TestSupport
import Testing

@Suite("Each stage against the reference pipeline's goldens")
struct GoldenTests {
    @Test(arguments: ReadableImage.all)
    func stages(_ row: ReadableImage) throws {
        let file = try DICOMFile(path: row.path)
        let stored = try file.storedImage(frame: row.frame)

        let map = try IntensityMap<UInt8>(stored, file.attributes, PreprocessParameters())
        let gray = map.apply(to: stored)
        #expect(gray == (try Fixtures.gray("goldens/\(row.golden).gray.png")), "8-bit image")

        let parameters = PreprocessParameters(rows: 256, columns: 128)
        let result = try Preprocessor(parameters).process(stored, file.attributes)
        #expect(result.region.otsuThreshold == row.otsu)
        #expect(result.region.box == row.box)
        #expect((result.placement.padding.top, result.placement.padding.left) == (row.top, row.left))
        #expect(result.image == .gray8(try Fixtures.gray("goldens/\(row.golden).png")), "result")
        #expect(map.isUniform == result.warnings.contains { $0.contains("same value") })
    }

    @Test("The demo set at 512x256")
    func demoSet() throws {
        for row in try Fixtures.table("train.csv") {
            let (patient, image) = (try #require(row["patient_id"]), try #require(row["image_id"]))
            let file = try DICOMFile(path: Fixtures.path("train_images/\(patient)/\(image).dcm"))
            let result = try Preprocessor(PreprocessParameters(rows: 512, columns: 256))
                .process(file.storedImage(), file.attributes)
            #expect(result.image == .gray8(try Fixtures.gray("train_goldens/\(patient)_\(image).png")))
        }
    }
}
