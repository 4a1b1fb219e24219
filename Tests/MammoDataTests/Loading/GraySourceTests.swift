import MammoData
import MammoImage
import Testing
import TestSupport

@Suite("Images for a network")
struct GraySourceTests {
    private let parameters = PreprocessParameters(rows: 64, columns: 32)

    private func preprocess(_ parameters: PreprocessParameters) throws -> (ImageTable, TemporaryFolder) {
        let table = try ImageTable(path: Fixtures.path("train.csv"), need: .predictions)
        let folder = try TemporaryFolder()
        let batch = PreprocessBatch(
            parameters: parameters, jobs: 2, cores: 2, outputFolder: folder.path, version: "test")
        let items = WorkList(table: table, folder: Fixtures.path("train_images")).items
        try batch.run(items, shouldStop: { false }, finished: { _, _ in })
        return (table, folder)
    }

    @Test("DICOMs in memory give what the PNGs give, to the bit")
    func sameBits() throws {
        let (table, folder) = try preprocess(parameters)
        let png = try PNGFolder(folder.path, expecting: parameters, force: false)
        let dicom = try DICOMFolder(Fixtures.path("train_images"), parameters)
        for row in table.rows { #expect(try png.image(of: row) == dicom.image(of: row)) }
    }

    @Test("A folder made with other parameters is refused, and taken with force")
    func otherParameters() throws {
        let (table, folder) = try preprocess(parameters)
        var other = parameters
        other.pngLevel = 9
        _ = try PNGFolder(folder.path, expecting: other, force: false)
        other.resize = .area
        #expect(throws: DataError.self) { try PNGFolder(folder.path, expecting: other, force: false) }
        let forced = try PNGFolder(folder.path, expecting: other, force: true)
        #expect(try forced.image(of: table.rows[0]).rows == 64)
    }

    @Test("An image of another size, or none, is named")
    func wrongImages() throws {
        let table = try ImageTable(path: Fixtures.path("train.csv"), need: .predictions)
        let folder = try TemporaryFolder()
        let source = try PNGFolder(folder.path, expecting: parameters, force: false)
        #expect(throws: DataError.self) { try source.image(of: table.rows[0]) }
        let small = try PNGEncoder.encode(GrayImage.black(rows: 4, columns: 4))
        try Files.write(small, to: source.path(of: table.rows[0]))
        do {
            _ = try source.image(of: table.rows[0])
            Issue.record("a size that the weights do not know")
        } catch {
            #expect("\(error)".contains("4x4 pixels, expected the weights' 64x32"))
            #expect("\(error)".contains(source.path(of: table.rows[0])))
        }
        #expect(throws: DataError.self) { try PNGFolder("\(folder.path)/none", expecting: nil, force: false) }
        #expect(throws: DataError.self) { try DICOMFolder("\(folder.path)/none", parameters) }
    }
}
