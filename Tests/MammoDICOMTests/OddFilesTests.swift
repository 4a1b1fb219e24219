import MammoDICOM
import TestSupport
import Testing

@Suite("Files that contradict themselves or the standard")
struct OddFilesTests {
    @Test(
        "Values as before encoding, and a warning where something was not as it should be",
        arguments: try Fixtures.table("odd.csv"))
    func values(_ row: [String: String]) throws {
        let name = try #require(row["file"])
        let file = try DICOMFile(path: Fixtures.path("odd/\(name)"))
        let image = try file.storedImage()
        let source = try Fixtures.oddArray(try #require(row["array"]))
        #expect(image.isSigned == (row["signed"] == "1"))
        #expect((image.rows, image.columns) == (source.rows, source.columns))
        if row["lossy"] == "1" {
            let differences = zip(image.samples, source.samples).map { abs(Int($0) - Int($1)) }
            #expect(try #require(differences.max()) <= 1)
        } else {
            #expect(image.samples == source.samples)
        }
        let described = try #require(row["attributes"])
        #expect(described.isEmpty || described == Self.description(file.attributes))
        let warnings = (file.attributes.warnings + image.warnings).joined(separator: "; ")
        let says = try #require(row["says"])
        #expect(says.isEmpty ? warnings.isEmpty : warnings.contains(says), "\(warnings)")
        #expect(!warnings.contains("\n") && !warnings.contains("Never^Printed"))
    }

    /// Windows, slope and intercept, and tables with their first and last entry, as odd.csv has them.
    private static func description(_ attributes: ImageAttributes) -> String {
        let windows = attributes.windows.map { "\($0.center)/\($0.width)" }
        let tables = [("modality", attributes.modalityLUT), ("voi", attributes.voiLUTs.first)].compactMap {
            name, table in
            table.map {
                "\(name) \($0.firstMapped) \($0.entries.count) \($0.bits) \($0.entries[0]) \($0.entries[$0.entries.count - 1])"
            }
        }
        return (windows + ["\(attributes.rescaleSlope)", "\(attributes.rescaleIntercept)"] + tables).joined(
            separator: " ")
    }

    @Test("Files rebuilt after public reports", arguments: try Fixtures.table("faults.csv"))
    func faults(_ row: [String: String]) throws {
        let file = try DICOMFile(path: Fixtures.path("faults/\(row["file"] ?? "")"))
        let image = try file.storedImage()
        let extremes = try #require(image.extremes())
        #expect("\(extremes.smallest)" == row["smallest"] && "\(extremes.largest)" == row["largest"])
        let warnings = (file.attributes.warnings + image.warnings).joined(separator: "; ")
        let says = try #require(row["says"])
        #expect(says.isEmpty ? warnings.isEmpty : warnings.contains(says), "\(warnings)")
    }

    @Test("A sign that is not the header's keeps a JPEG 2000 image from being reduced")
    func reduced() throws {
        let other = try DICOMFile(path: Fixtures.path("odd/sign-j2k-unsigned-13-in-signed.dcm"))
        #expect(try other.reducedImage(reduction: 1) == nil)
        let same = try DICOMFile(path: Fixtures.path("odd/sign-j2k-signed-12-in-signed.dcm"))
        #expect(try #require(try same.reducedImage(reduction: 1)).isSigned)
        // What is JPEG 2000 by its codestream alone is reduced, too.
        let hidden = try DICOMFile(path: Fixtures.path("odd/j2k-as-sv1.dcm"))
        #expect(try hidden.reducedImage(reduction: 1)?.rows == 24)
    }

    @Test("Tables, windows and terms in unusual forms")
    func attributes() throws {
        let falling = try DICOMFile(path: Fixtures.path("faults/modality-lut-falling.dcm")).attributes
        let table = try #require(falling.modalityLUT)
        #expect((table.entries.count, table.firstMapped, table.bits) == (4096, 0, 16))
        #expect(table.entry(for: 0) == 4095 && table.entry(for: 1) == 4094 && table.entry(for: 1e9) == 0)
        #expect(falling.windows.count == 1 && falling.windowProblem == nil)

        let signed = try DICOMFile(path: Fixtures.path("faults/voi-lut-data-vr-ss.dcm")).attributes
        #expect(signed.voiLUTs.map(\.firstMapped) == [-2048] && signed.voiLUTs[0].entries.prefix(2) == [0xA2, 0xA3])

        let comma = try DICOMFile(path: Fixtures.path("faults/window-centre-decimal-comma.dcm")).attributes
        #expect(comma.windows.isEmpty && comma.windowProblem?.contains("decimal point, not a comma") == true)
        let sigmoid = try DICOMFile(path: Fixtures.path("faults/voi-function-lower-case.dcm")).attributes
        #expect(sigmoid.voiFunction == "SIGMOID" && sigmoid.windows.map(\.center) == [1800])
        let photometric = try DICOMFile(path: Fixtures.path("faults/photometric-lower-case.dcm")).attributes
        #expect(photometric.photometricInterpretation == .monochrome1)
    }

    @Test("A file that does not say its transfer syntax has that of what it holds")
    func syntax() throws {
        for (name, syntax) in [
            ("explicit", "Explicit VR Little Endian"), ("implicit", "Implicit VR Little Endian"),
            ("big-endian", "Explicit VR Big Endian"), ("lossless", "JPEG Lossless"),
        ] {
            let file = try DICOMFile(path: Fixtures.path("odd/syntax-absent-\(name).dcm"))
            #expect(file.attributes.transferSyntax.name == syntax)
        }
    }

    @Test("DICOM files are detected by their content")
    func content() {
        for name in ["images/explicit.dcm", "images/implicit-no-preamble.dcm", "odd/syntax-absent-big-endian.dcm"] {
            #expect(DICOMFile.isDICOM(path: Fixtures.path(name)))
        }
        for name in ["README.md", "odd.csv", "arrays/small12.png", "broken/empty.dcm", "broken/text.dcm"] {
            #expect(!DICOMFile.isDICOM(path: Fixtures.path(name)), "\(name)")
        }
    }
}
