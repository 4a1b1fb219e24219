import MammoDICOM
import TestSupport
import Testing

@Suite("Stored values of every codec against the source array")
struct StoredValuesTests {
    @Test("Lossless files give the source array back, bit for bit", arguments: ReadableImage.all.filter { !$0.isLossy })
    func lossless(_ row: ReadableImage) throws {
        let file = try DICOMFile(path: row.path)
        let image = try file.storedImage(frame: row.frame)
        let source = try Fixtures.array(row.array)
        #expect(file.attributes.transferSyntax.uid == row.syntax || row.file.contains("no-preamble"))
        #expect(image.isSigned == row.isSigned)
        #expect((image.rows, image.columns) == (source.rows, source.columns))
        #expect(image.samples == source.samples)
    }

    @Test("Lossy files come near it", arguments: ReadableImage.all.filter(\.isLossy))
    func lossy(_ row: ReadableImage) throws {
        let image = try DICOMFile(path: row.path).storedImage()
        let source = try Fixtures.array(row.array)
        #expect((image.rows, image.columns) == (source.rows, source.columns))
        let errors = zip(image.samples, source.samples).map { abs(Int($0) - Int($1)) }
        let mean = Double(errors.reduce(0, +)) / Double(errors.count)
        let range = Double(source.samples.max() ?? 0)
        #expect(mean < 0.02 * range, "mean error \(mean) of \(range)")
        if row.file == "jpeg-ls-near.dcm" { #expect((errors.max() ?? 0) <= 3) }
    }

    @Test("Every transfer syntax in the table has a fixture", arguments: TransferSyntax.all)
    func coverage(_ syntax: TransferSyntax) {
        #expect(ReadableImage.all.contains { $0.syntax == syntax.uid })
    }

    @Test("All rows of the fixtures' table are there")
    func fixturesAreRead() { #expect(ReadableImage.all.count > 100) }
}
