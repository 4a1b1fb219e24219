import MammoDICOM
import TestSupport
import Testing

@Suite("Attributes")
struct AttributesTests {
    @Test("A frame's own groups, else those all frames share, else the top level")
    func functionalGroups() throws {
        let shared = try DICOMFile(path: Fixtures.path("window/frames-shared.dcm"))
        #expect(shared.attributes.windows.map(\.center) == [2048, 100])
        #expect(shared.attributes.voiFunction == "LINEAR_EXACT")
        let (first, second) = (try shared.attributes(ofFrame: 1), try shared.attributes(ofFrame: 2))
        #expect(first.windows.map(\.center) == [2000] && first.windows.map(\.width) == [3000])
        #expect(first.voiFunction == "LINEAR")
        #expect(second.windows.map(\.center) == [1500, 2222.5] && second.windows.map(\.width) == [900, 1800])
        #expect(second.voiFunction == "SIGMOID")

        let rescaled = try DICOMFile(path: Fixtures.path("window/frames-rescaled.dcm"))
        #expect((rescaled.attributes.rescaleSlope, rescaled.attributes.rescaleIntercept) == (1, 0))
        let frames = try (1...3).map { try rescaled.attributes(ofFrame: $0) }
        #expect(frames.map(\.rescaleSlope) == [0.5, 1.25, 1.25])
        #expect(frames.map(\.rescaleIntercept) == [-100, 7, 7])
        #expect(frames.map(\.windows.count) == [2, 2, 1])
        // What there is no frame for has what all frames share.
        #expect(try rescaled.attributes(ofFrame: 0) == frames[0] && rescaled.attributes(ofFrame: 9) == frames[0])
    }

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
