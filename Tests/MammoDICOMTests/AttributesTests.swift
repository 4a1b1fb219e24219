import MammoDICOM
import TestSupport
import Testing

@Suite("Attributes")
struct AttributesTests {
    @Test("A header is read as it stands")
    func whole() throws {
        let attributes = try DICOMFile(path: Fixtures.path("images/explicit-10-right-mlo-inverted.dcm")).attributes
        #expect(attributes.transferSyntax.name == "Explicit VR Little Endian")
        #expect((attributes.rows, attributes.columns, attributes.frames) == (300, 240, 1))
        #expect((attributes.bitsAllocated, attributes.bitsStored, attributes.highBit) == (16, 10, 9))
        #expect(attributes.photometricInterpretation == .monochrome1)
        #expect((attributes.laterality, attributes.view) == ("R", "MLO"))
        #expect(attributes.windows.map(\.center) == [512, 100] && attributes.windows.map(\.width) == [1024, 200])
        #expect(attributes.voiFunction == "LINEAR" && attributes.warnings.isEmpty && !attributes.isSigned)
    }

    @Test("What a header leaves out has the standard's default, or a warning")
    func defaults() throws {
        let attributes = try DICOMFile(path: Fixtures.path("images/no-optional-attributes.dcm")).attributes
        #expect(attributes.photometricInterpretation == .monochrome2)
        #expect((attributes.samplesPerPixel, attributes.highBit, attributes.frames) == (1, 11, 1))
        #expect((attributes.rescaleSlope, attributes.rescaleIntercept) == (1, 0))
        #expect(attributes.windows.isEmpty && attributes.laterality.isEmpty && attributes.view.isEmpty)
        #expect(attributes.warnings == ["PhotometricInterpretation is missing, taken as MONOCHROME2"])
    }

    @Test("Slope and intercept are decimal strings")
    func rescale() throws {
        let attributes = try DICOMFile(path: Fixtures.path("images/slope.dcm")).attributes
        #expect((attributes.rescaleSlope, attributes.rescaleIntercept) == (0.3721, -1021.57))
    }
}
