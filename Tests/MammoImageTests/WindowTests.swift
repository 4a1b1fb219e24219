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
            (
                "faults/window-centre-decimal-comma.dcm", 1,
                "WindowCenter is '1800,25\\1900,25', expected numbers with a decimal"
            ),
            ("odd/voi-lut-short.dcm", 1, "table 1 of VOILUTSequence cannot be used: LUTData is 50 words"),
            ("odd/modality-lut-bad-bits.dcm", 1, "table 1 of ModalityLUTSequence cannot be used"),
            ("window/modality-lut-falling.dcm", 3, "2 windows, asked for number 3"),
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

    @Test("A Modality LUT takes the place of slope and intercept, and min to max says that it is ignored")
    func modalityLUT() throws {
        let file = try DICOMFile(path: Fixtures.path("faults/modality-lut-falling.dcm"))
        let stored = try file.storedImage()
        let map = try IntensityMap<UInt8>(stored, file.attributes, parameters(1))
        let table = try #require(file.attributes.modalityLUT)
        for value in [0, 1, 1000, 2095, 3568] {
            // LINEAR, with the window's 2000/2000.
            let fraction = (Double(table.entries[value]) - 1999.5) / 1999 + 0.5
            #expect(map.table[value] == UInt8((min(max(fraction, 0), 1) * 255 + 0.5).rounded(.down)))
        }
        #expect(map.table[0] == 255 && map.table[3568] < 255)
        let plain = PreprocessParameters(rows: 20, columns: 10)
        let says = "the Modality LUT Sequence is ignored with --intensity minmax, as in the reference pipeline"
        #expect(try Preprocessor(plain).process(stored, file.attributes).warnings == [says])
        var windowed = plain
        windowed.intensity = .window
        #expect(try Preprocessor(windowed).process(stored, file.attributes).warnings.isEmpty)
    }

    @Test("A table's entries that have more bits than it says are white")
    func aboveBits() throws {
        let file = try DICOMFile(path: Fixtures.path("odd/voi-lut-above-bits.dcm"))
        let map = try IntensityMap<UInt8>(file.storedImage(), file.attributes, parameters(1))
        #expect(map.table[0] == 255 && map.table[3000] == 255)
    }

    @Test("A VOI LUT whose data are SS is used")
    func signedWords() throws {
        let file = try DICOMFile(path: Fixtures.path("faults/voi-lut-data-vr-ss.dcm"))
        let stored = try file.storedImage()
        let map = try IntensityMap<UInt8>(stored, file.attributes, parameters(1))
        let table = try #require(file.attributes.voiLUTs.first)
        for value in [-2048, -100, 0, 1520] {
            let entry = Double(table.entries[value + 2048])
            #expect(
                map.table[Int(UInt16(truncatingIfNeeded: value))] == UInt8((entry / 65535 * 255 + 0.5).rounded(.down)))
        }
    }
}
