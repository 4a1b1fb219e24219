import MammoDICOM
import MammoImage
import TestSupport
import Testing

@Suite("VOI windows and tables")
struct WindowTests {
    private func parameters(_ index: Int) -> PreprocessParameters {
        var parameters = PreprocessParameters()
        parameters.intensity = .window
        parameters.windowIndex = index
        return parameters
    }

    @Test("Every value as pydicom has it", arguments: try Fixtures.table("windows.csv"))
    func goldens(_ row: [String: String]) throws {
        let file = try DICOMFile(path: Fixtures.path("window/\(row["file"] ?? "")"))
        let frame = try #require(row["frame"].flatMap { Int($0) })
        let stored = try file.storedImage(frame: frame)
        let index = try #require(row["index"].flatMap { Int($0) })
        let map = try IntensityMap<UInt8>(stored, file.attributes(ofFrame: frame), parameters(index))
        #expect(map.apply(to: stored) == (try Fixtures.gray("window/\(row["golden"] ?? "")")))
    }

    @Test(
        "A window that is not there, or is none, is named",
        arguments: [
            ("window/linear.dcm", 3, "2 windows, asked for number 3"),
            ("window/lut-16.dcm", 3, "2 VOI LUTs, asked for number 3"),
            ("images/no-optional-attributes.dcm", 1, "no window and no VOI LUT"),
        ])
    func missing(_ name: String, _ index: Int, _ says: String) throws {
        let file = try DICOMFile(path: Fixtures.path(name))
        let stored = try file.storedImage()
        let error = #expect(throws: ImageError.self) {
            try IntensityMap<UInt8>(stored, file.attributes, parameters(index))
        }
        #expect(try #require(error).description.contains(says))
    }

    @Test("voi-lut takes the table alone")
    func tableOnly() throws {
        var parameters = PreprocessParameters()
        parameters.intensity = .voiLUT
        let file = try DICOMFile(path: Fixtures.path("window/lut-16.dcm"))
        let stored = try file.storedImage()
        let map = try IntensityMap<UInt8>(stored, file.attributes, parameters)
        #expect(map.apply(to: stored) == (try Fixtures.gray("window/lut-16-1.png")))
        let windowed = try DICOMFile(path: Fixtures.path("window/linear.dcm"))
        #expect(throws: ImageError.self) {
            try IntensityMap<UInt8>(windowed.storedImage(), windowed.attributes, parameters)
        }
    }
}
